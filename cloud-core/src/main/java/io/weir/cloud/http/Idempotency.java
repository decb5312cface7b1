package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.weir.cloud.http.IdempotencyStore.Key;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.ErrorCode;
import io.weir.model.problem.Rejected;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Runs a keyed operation once: the same caller, operation and key with the same request gets the
 * stored answer, with another request 409. While the first runs, the second waits a little and then
 * gets 409. A final answer (2xx, 4xx but 429) is stored; after 5xx or a crash the outcome is
 * unknown and the same request runs again, which contexts make safe by the same key.
 */
final class Idempotency {
    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
    private static final long LOOK_AGAIN_MS = 100;

    enum Fault implements ErrorCode {
        IDEMPOTENCY_IN_PROGRESS;

        @Override
        public int status() {
            return 409;
        }
    }

    private final Vertx vertx;
    private final IdempotencyStore store;
    private final Duration lease;
    private final Duration patience;

    /**
     * @param lease how long a claim without an answer keeps others out; longer than any request
     *     takes
     * @param patience how long a second request waits for the first
     */
    Idempotency(Vertx vertx, IdempotencyStore store, Duration lease, Duration patience) {
        this.vertx = vertx;
        this.store = store;
        this.lease = lease;
        this.patience = patience;
    }

    Future<Answer> once(Key key, Buffer hash, Supplier<Future<Answer>> work) {
        return attempt(key, hash, work, patience.toMillis());
    }

    private Future<Answer> attempt(
            Key key, Buffer hash, Supplier<Future<Answer>> work, long patienceMs) {
        UUID owner = UUID.randomUUID();
        return store.claim(key, hash, owner, lease)
                .compose(ours -> ours ? run(key, owner, work) : seen(key, hash, work, patienceMs));
    }

    private Future<Answer> run(Key key, UUID owner, Supplier<Future<Answer>> work) {
        return work.get()
                .compose(
                        answer -> {
                            boolean known = answer.status() < 500 && answer.status() != 429;
                            Future<Void> noted =
                                    known
                                            ? store.finish(
                                                    key, owner, answer.status(), answer.body())
                                            : store.giveUp(key, owner);
                            return noted.otherwise(
                                            fault -> {
                                                LOG.warn("an answer was not stored", fault);
                                                return null;
                                            })
                                    .map(answer);
                        });
    }

    private Future<Answer> seen(
            Key key, Buffer hash, Supplier<Future<Answer>> work, long patienceMs) {
        return store.look(key)
                .compose(
                        seen -> {
                            if (seen != null && !seen.hash().equals(hash)) {
                                throw new Rejected(
                                        CommonError.IDEMPOTENCY_KEY_REUSED,
                                        "this Idempotency-Key was used with another request");
                            }
                            if (seen != null && seen.status() != null && seen.body() != null) {
                                return Future.succeededFuture(
                                        Answer.stored(seen.status(), seen.body()));
                            }
                            if (patienceMs <= 0) {
                                throw new Rejected(
                                        Fault.IDEMPOTENCY_IN_PROGRESS,
                                        "the first request with this Idempotency-Key is still"
                                                + " running, try again");
                            }
                            return vertx.timer(LOOK_AGAIN_MS)
                                    .compose(
                                            t ->
                                                    attempt(
                                                            key,
                                                            hash,
                                                            work,
                                                            patienceMs - LOOK_AGAIN_MS));
                        });
    }
}
