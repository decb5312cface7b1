package io.weir.cloud.subscription;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who wait for a message of a subscription. Safe for any thread. */
final class Waiters {
    private final Vertx vertx;
    private final Map<String, List<Promise<Void>>> waiting = new ConcurrentHashMap<>();

    Waiters(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Register before looking: what comes between the look and the wait is not missed. */
    Promise<Void> register(String subscription) {
        Promise<Void> promise = Promise.promise();
        waiting.computeIfAbsent(subscription, s -> new CopyOnWriteArrayList<>()).add(promise);
        return promise;
    }

    /** Waits, on a virtual thread, for a hint or so long. */
    void await(Promise<Void> promise, long ms) {
        long timer = vertx.setTimer(Math.max(1, ms), t -> promise.tryComplete());
        promise.future().await();
        vertx.cancelTimer(timer);
    }

    void forget(String subscription, Promise<Void> promise) {
        waiting.computeIfPresent(
                subscription,
                (s, promises) -> {
                    promises.remove(promise);
                    return promises.isEmpty() ? null : promises;
                });
    }

    void wake(List<String> subscriptions) {
        subscriptions.forEach(
                s -> waiting.getOrDefault(s, List.of()).forEach(Promise::tryComplete));
    }
}
