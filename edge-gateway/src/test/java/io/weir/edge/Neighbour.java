package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;

/** A well-behaved device that posts all the time, beside one that is not. */
final class Neighbour {
    private static final String POST = GatewayRig.topic("dev-02", "event/property/post");
    private static final long PATIENCE_MS = 5_000;
    private static final int PAUSE_MS = 20;

    private final RawMqtt device;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Thread thread = new Thread(this::post, "neighbour");
    private volatile int acknowledged;
    private volatile long slowestMs;

    Neighbour(RawMqtt device) {
        this.device = device;
        thread.start();
    }

    private void post() {
        try {
            for (int id = 1; !Thread.interrupted(); id = id % 60_000 + 1) {
                long begun = System.nanoTime();
                device.publish(
                        POST, "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":" + id + "}}", 1, id);
                assertThat(device.read().packetId()).isEqualTo(id);
                slowestMs = Math.max(slowestMs, (System.nanoTime() - begun) / 1_000_000);
                acknowledged++;
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            over.complete(null);
            return;
        } catch (Throwable e) {
            over.completeExceptionally(e);
            return;
        }
        over.complete(null);
    }

    /** Ends it: all its posts were acknowledged, each in time. */
    void unharmed() throws Exception {
        int before = acknowledged;
        GatewayRig.await(() -> acknowledged > before || over.isDone());
        thread.interrupt();
        thread.join();
        over.get();
        device.close();
        assertThat(acknowledged).isPositive();
        assertThat(slowestMs).isLessThan(PATIENCE_MS);
    }
}
