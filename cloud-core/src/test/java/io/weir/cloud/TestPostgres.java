package io.weir.cloud;

import io.vertx.core.Vertx;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.DbConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.flywaydb.core.Flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real, synced PostgreSQL for all tests of this JVM, with the migrations run once into a
 * template; {@link #fresh} gives a test class a database of its own in a fraction of a second.
 */
public final class TestPostgres {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private TestPostgres() {}

    /** The URI of a new database with all tables and no rows. */
    public static synchronized String fresh() {
        String name = "test_" + NUMBER.incrementAndGet();
        sql("CREATE DATABASE " + name + " TEMPLATE weir_template");
        return uri(name);
    }

    /**
     * The URI of a database with nothing in it, owned by a user who is no superuser: row-level
     * security holds for that one.
     */
    public static synchronized String empty() {
        String name = "empty_" + NUMBER.incrementAndGet();
        sql(
                """
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'weir') THEN
                        CREATE ROLE weir LOGIN CREATEROLE PASSWORD 'weir';
                        GRANT weir_app, weir_system TO weir WITH ADMIN OPTION;
                    END IF;
                END $$\
                """);
        sql("CREATE DATABASE " + name + " OWNER weir");
        return uri(name).replace("postgres:postgres@", "weir:weir@");
    }

    public static Db connect(Vertx vertx, String uri) {
        return Db.connect(vertx, uri, DbConfig.USUAL);
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server =
                    EmbeddedPostgres.builder()
                            .setOverrideWorkingDirectory(
                                    Files.createTempDirectory("weir-pg").toFile())
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("shared_buffers", "64MB")
                            .setServerConfig("max_connections", "150")
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            .start();
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE weir_template");
            }
            Flyway.configure()
                    .dataSource(server.getDatabase("postgres", "weir_template"))
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sql(String text) {
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:"
                                        + SERVER.getPort()
                                        + "/postgres?user=postgres");
                var statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String uri(String database) {
        return "postgresql://postgres:postgres@127.0.0.1:" + SERVER.getPort() + "/" + database;
    }
}
