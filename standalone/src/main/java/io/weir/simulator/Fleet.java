package io.weir.simulator;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All devices on one event loop: nothing needs a lock, and 10,000 of them leave a core to what they
 * talk to. They arrive at a rate, not all at once.
 */
final class Fleet {
    /** How exact a device's time is. To ask each when it wants to wake costs less than a queue. */
    private static final int LOOK_MS = 20;

    private static final long ANSWER_S = 60;

    private final Vertx vertx;
    private final Context context;
    private final LongSupplier clock;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private long timer = -1;

    Fleet(Vertx vertx, LongSupplier clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.clock = clock;
    }

    /**
     * Begins with these devices, made on the loop so that their sockets live there.
     *
     * @param perSecond so many come each second
     */
    void begin(Supplier<List<SimulatedDevice>> made, int perSecond) {
        call(
                () -> {
                    devices.addAll(made.get());
                    long now = clock.getAsLong();
                    for (int i = 0; i < devices.size(); i++) {
                        devices.get(i).arrive(now + i * 1_000L / perSecond);
                    }
                    timer = vertx.setPeriodic(LOOK_MS, nothing -> look());
                    return devices.size();
                });
    }

    private void look() {
        long now = clock.getAsLong();
        for (SimulatedDevice device : devices) {
            if (device.nextAt() <= now) {
                device.wake(now);
            }
        }
    }

    /** No new faults and reports; what is begun comes to its end. */
    void windUp() {
        call(
                () -> {
                    devices.forEach(SimulatedDevice::windUp);
                    return true;
                });
    }

    /** Nothing pours, nothing waits for an acknowledgement. */
    boolean settled() {
        return call(
                () ->
                        devices.stream()
                                .allMatch(
                                        d ->
                                                d.unacked() == 0
                                                        && !(d.model() instanceof DispenserFlow f
                                                                && f.pouring())));
    }

    void end() {
        call(
                () -> {
                    vertx.cancelTimer(timer);
                    devices.forEach(SimulatedDevice::leave);
                    return true;
                });
    }

    /** What the loop's thread answers; from any other thread. */
    <T> T call(Supplier<T> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        context.runOnContext(
                nothing -> {
                    try {
                        answer.complete(task.get());
                    } catch (Exception e) {
                        answer.completeExceptionally(e);
                    }
                });
        return answer.orTimeout(ANSWER_S, TimeUnit.SECONDS).join();
    }

    /** On the loop's thread only. */
    List<SimulatedDevice> devices() {
        return devices;
    }
}
