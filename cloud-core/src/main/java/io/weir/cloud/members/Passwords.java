package io.weir.cloud.members;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Hashing on few threads of its own behind a short queue, so that a storm of logins costs a bounded
 * share of the machine and harms nobody else: who finds the queue full gets 429 at once.
 */
final class Passwords {
    private static final String POOL = "weir-passwords";

    private final WorkerExecutor pool;
    private final MembersConfig config;
    private final String nobody;
    // Only touched by the owning verticle's threads, which run one at a time.
    private int waiting;

    Passwords(Vertx vertx, MembersConfig config) {
        this.config = config;
        this.pool =
                vertx.createSharedWorkerExecutor(POOL, config.hashThreads(), 60, TimeUnit.SECONDS);
        this.nobody =
                Argon2.hash("nobody's password", config.argonMemoryKib(), config.argonPasses());
    }

    String hash(String password) {
        return run(() -> Argon2.hash(password, config.argonMemoryKib(), config.argonPasses()));
    }

    /** Refuses at once, before anything is read, whom there is no room for. */
    void demandRoom() {
        if (waiting >= config.hashQueue()) {
            throw new Rejected(CommonError.TOO_MANY_REQUESTS, "too many logins at once, try again");
        }
    }

    /** Takes the same time whether there is a hash to compare with or not. */
    boolean matches(@Nullable String password, @Nullable String phc) {
        String given = password == null ? "" : password;
        boolean match = run(() -> Argon2.matches(given, phc == null ? nobody : phc));
        return match && password != null && phc != null;
    }

    void close() {
        var unused = pool.close();
    }

    private <T> T run(Callable<T> work) {
        demandRoom();
        waiting++;
        try {
            return pool.executeBlocking(work, false).await();
        } finally {
            waiting--;
        }
    }
}
