package io.weir.runtime.sql;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.function.Function;

/**
 * One database transaction under one scope, as straight-line code on a virtual thread. Never await
 * anything but SQL inside. A serialisation failure or deadlock is run again, at most three times,
 * so the work must have no other effect.
 */
public final class Tx {
    private static final Logger LOG = LoggerFactory.getLogger(Tx.class);
    private static final Set<String> WORTH_A_RETRY = Set.of("40001", "40P01");
    private static final int ATTEMPTS = 3;
    private static final String SET_SCOPE =
            "SELECT set_config('weir.scope', $1, true), set_config('weir.member', $2, true),"
                    + " set_config('weir.own', $3, true)";
    private static final String NOT_ALLOWED = "42501";

    private final Db db;

    public Tx(Db db) {
        this.db = db;
    }

    /** Runs as {@code weir_app}: row-level security lets through only what the scope covers. */
    public <T> T run(Scope scope, Function<SqlConnection, T> work) {
        return attempt(db.app(), settings(scope), work);
    }

    /**
     * As {@link #run} for work that only reads: what was read is answered while the transaction is
     * still being ended.
     */
    public <T> T read(Scope scope, Function<SqlConnection, T> work) {
        SqlConnection connection = db.app().getConnection().await();
        Future<?> begun = connection.query("BEGIN READ ONLY").execute();
        Future<?> scoped = connection.preparedQuery(SET_SCOPE).execute(settings(scope));
        try {
            T result = work.apply(connection);
            begun.await();
            scoped.await();
            return result;
        } finally {
            // What only reads is ended alike, whether it failed or not; a lost connection is none.
            var unused = connection.query("ROLLBACK").execute().eventually(connection::close);
        }
    }

    private static Tuple settings(Scope scope) {
        String member = scope.member();
        return Tuple.of(scope.path(), member == null ? "" : member, scope.own() ? "on" : "");
    }

    /** One statement that only reads, without a transaction. Runs as {@code weir_system}. */
    public <T> T look(Function<SqlConnection, T> work) {
        SqlConnection connection = db.system().getConnection().await();
        try {
            return work.apply(connection);
        } finally {
            var unused = connection.close();
        }
    }

    /** Runs as {@code weir_system}: for consumers, timers and checks only. */
    public <T> T system(Function<SqlConnection, T> work) {
        return attempt(db.system(), null, work);
    }

    private static <T> T attempt(
            Pool pool,
            @org.jspecify.annotations.Nullable Tuple scope,
            Function<SqlConnection, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(pool, scope, work);
            } catch (PgException e) {
                if (beyond(e)) {
                    throw new Rejected(
                            CommonError.FORBIDDEN, "it would belong to somebody out of your scope");
                }
                if (attempt == ATTEMPTS || !WORTH_A_RETRY.contains(e.getSqlState())) {
                    throw e;
                }
                LOG.debug("transaction runs again after {}", e.getSqlState());
            }
        }
    }

    /**
     * What is written must be in the writer's scope: staff who see the tenant's own things only.
     */
    private static boolean beyond(PgException e) {
        return e.getSqlState().equals(NOT_ALLOWED)
                && String.valueOf(e.getErrorMessage()).contains("row-level security");
    }

    private static <T> T once(
            Pool pool,
            @org.jspecify.annotations.Nullable Tuple scope,
            Function<SqlConnection, T> work) {
        SqlConnection connection = pool.getConnection().await();
        try {
            // BEGIN and the scope leave together with the first statement: no round trip of their
            // own.
            Future<?> begun = connection.query("BEGIN").execute();
            Future<?> scoped =
                    scope == null ? begun : connection.preparedQuery(SET_SCOPE).execute(scope);
            T result;
            try {
                result = work.apply(connection);
                scoped.await();
            } catch (Throwable e) {
                rollback(connection);
                throw e;
            }
            connection.query("COMMIT").execute().await();
            return result;
        } finally {
            var unused = connection.close();
        }
    }

    private static void rollback(SqlConnection connection) {
        try {
            connection.query("ROLLBACK").execute().await();
        } catch (Exception e) { // a lost connection comes out of await() as a checked exception
            LOG.debug("rollback failed, the connection is gone", e);
        }
    }
}
