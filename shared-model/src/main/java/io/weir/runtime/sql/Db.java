package io.weir.runtime.sql;

import io.netty.handler.timeout.ReadTimeoutHandler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * The two doors to PostgreSQL (DESIGN section 4): {@code app} sees what its scope lets through,
 * {@code system} is for ingest, outbox, checks and timers. Both log in as the URI's user and drop
 * to a role that owns nothing.
 *
 * <p>Either side may vanish without a word, as behind a pulled cable, and TCP alone would tell the
 * other after a quarter of an hour or never. So a connection on which the server says nothing for
 * longer than a statement may take is given up here; and the server ends the session of a client
 * that has vanished, with its locks, for which other nodes wait (ADR 012).
 */
public record Db(Pool app, Pool system) {
    private static final Logger LOG = LoggerFactory.getLogger(Db.class);

    /** How much later than the server's own limit this side gives a statement up. */
    private static final int GRACE_MS = 5_000;

    /** After at most 11 s without a sign of life on TCP, 20 s inside a transaction. */
    private static final String SERVER_GIVES_UP =
            " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                    + " -c tcp_user_timeout=11000 -c idle_in_transaction_session_timeout=20000";

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
                                        + config.statementTimeoutMs()
                                        + SERVER_GIVES_UP)
                        .addProperty("application_name", role);
        NetClientOptions socket =
                new NetClientOptions()
                        .setTcpKeepAlive(true)
                        .setConnectTimeout(config.acquireTimeoutMs());
        int silenceMs = config.statementTimeoutMs() + GRACE_MS;
        return PgBuilder.pool()
                .with(socket)
                .with(
                        new PoolOptions()
                                .setMaxSize(size)
                                .setMaxWaitQueueSize(config.waitQueue())
                                .setConnectionTimeout(config.acquireTimeoutMs())
                                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                                .setShared(true)
                                .setName(role + "@" + uri.hashCode()))
                .connectingTo(connect)
                .withConnectHandler(connection -> giveUpAfter(silenceMs, connection))
                .using(vertx)
                .build();
    }

    /**
     * The socket's own idle time-out would only say goodbye and wait for the server's answer, which
     * never comes. In front of the codec the channel is closed at once.
     */
    private static void giveUpAfter(int silenceMs, SqlConnection connection) {
        if (connection instanceof SqlConnectionInternal known
                && known.unwrap().unwrap() instanceof SocketConnectionBase socket) {
            socket.socket()
                    .channelHandlerContext()
                    .pipeline()
                    .addFirst(new ReadTimeoutHandler(silenceMs, TimeUnit.MILLISECONDS));
        } else {
            LOG.warn("{} can't be given up when it is silent", connection.getClass());
        }
        var unused = connection.close(); // into the pool
    }
}
