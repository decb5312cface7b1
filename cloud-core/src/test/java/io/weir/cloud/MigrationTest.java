package io.weir.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.runtime.sql.Db;

import org.junit.jupiter.api.Test;

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

    private static String text(Db db, String sql) {
        return db.app().query(sql).execute().await().iterator().next().getString(0);
    }
}
