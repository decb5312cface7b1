package io.weir.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.runtime.sql.Db;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;

class MigrationTest {
    @Test
    void aFreshDatabaseIsSyncedAndItsRolesOwnNothing() {
        Vertx vertx = Vertx.vertx();
        Db db = TestPostgres.connect(vertx, TestPostgres.fresh());
        assertThat(text(db, "SHOW fsync")).isEqualTo("on");
        assertThat(text(db, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(text(db, "SELECT current_user")).isEqualTo("weir_app");
        assertThat(
                        text(
                                db,
                                "SELECT count(*)::text FROM pg_class c JOIN pg_roles r ON r.oid ="
                                    + " c.relowner WHERE r.rolname IN ('weir_app', 'weir_system')"))
                .isEqualTo("0");
        vertx.close().await();
    }

    /** As an owner who is no superuser: row-level security hides the rows from that one too. */
    @Test
    void whatDevicesKeptForItselfJoinsTheAuditLog() throws SQLException {
        String uri = TestPostgres.empty();
        Migrations.flyway(uri).target("1400").load().migrate();
        try (var connection = Migrations.connect(uri);
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE devices.audit NO FORCE ROW LEVEL SECURITY");
            statement.execute(
                    "INSERT INTO devices.audit (tenant, at, actor, role, action, target, detail,"
                            + " request_id) VALUES ('/DEMO/', now(), 'U', 'VENDOR', 'batch.remove',"
                            + " 'batch:1', 'B \"1\"', 'r')");
            statement.execute("ALTER TABLE devices.audit FORCE ROW LEVEL SECURITY");
        }
        Migrations.flyway(uri).load().migrate();
        Vertx vertx = Vertx.vertx();
        Db db = TestPostgres.connect(vertx, uri);
        var row =
                db.system()
                        .query(
                                "SELECT e.action, e.after FROM audit.entry e JOIN audit.pending p"
                                        + " ON p.entry_id = e.id")
                        .execute()
                        .await()
                        .iterator()
                        .next();
        assertThat(row.getString("action")).isEqualTo("devices.batch.remove");
        assertThat(row.getString("after")).isEqualTo("{\"detail\" : \"B \\\"1\\\"\"}");
        assertThat(text(db, "SELECT count(*)::text FROM audit.entry")).isEqualTo("0");
        vertx.close().await();
    }

    private static String text(Db db, String sql) {
        return db.app().query(sql).execute().await().iterator().next().getString(0);
    }
}
