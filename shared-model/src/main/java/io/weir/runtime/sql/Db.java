package io.weir.runtime.sql;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;

import java.util.concurrent.TimeUnit;

/**
 * The two doors to PostgreSQL (DESIGN section 4): {@code app} sees what its scope lets through,
 * {@code system} is for ingest, outbox, checks and timers. Both log in as the URI's user and drop
 * to a role that owns nothing.
 */
public record Db(Pool app, Pool system) {
    public static Db connect(Vertx vertx, String uri, DbConfig config) {
        return new Db(
                pool(vertx, uri, "weir_app", config.appConnections(), config),
                pool(vertx, uri, "weir_system", config.systemConnections(), config));
    }

    private static Pool pool(Vertx vertx, String uri, String role, int size, DbConfig config) {
        PgConnectOptions connect =
                PgConnectOptions.fromUri(uri)
                        .setCachePreparedStatements(true)
                        .setPreparedStatementCacheMaxSize(512)
                        .setReconnectAttempts(0)
                        .addProperty(
                                "options",
                                "-c role="
                                        + role
                                        + " -c statement_timeout="
                                        + config.statementTimeoutMs())
                        .addProperty("application_name", role);
        return PgBuilder.pool()
                .with(
                        new PoolOptions()
                                .setMaxSize(size)
                                .setMaxWaitQueueSize(config.waitQueue())
                                .setConnectionTimeout(config.acquireTimeoutMs())
                                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                                .setShared(true)
                                .setName(role + "@" + uri.hashCode()))
                .connectingTo(connect)
                .using(vertx)
                .build();
    }
}
