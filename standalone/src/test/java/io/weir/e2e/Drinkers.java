package io.weir.e2e;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Somebody in front of every dispenser who drinks all the time, ordering through one cloud node and
 * then through the other. Who gets no answer asks the other node the same, under the same key.
 */
final class Drinkers implements AutoCloseable {
    private static final int ML = 150;
    private static final long PAUSE_MS = 300;

    private final PartitionPlatform platform;
    private final Map<String, Api> members = new ConcurrentHashMap<>();
    private final Queue<Ordered> orders = new ConcurrentLinkedQueue<>();

    /** Cloud node and gateway -> when the last dispense was ordered that came to a good end. */
    private final Map<String, Long> drunk = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean running = true;
    private volatile int round;

    Drinkers(PartitionPlatform platform) {
        this.platform = platform;
        PartitionPlatform.CLOUDS.forEach(c -> members.put(c, platform.member(c)));
    }

    /** The dispenser stands at this gateway. */
    void begin(Tap tap, String edge, int first) {
        threads.submit(() -> drink(tap, edge, first));
    }

    void round(int number) {
        round = number;
    }

    /** Was something ordered there since, and captured? */
    boolean drunkSince(String cloud, String edge, long nanos) {
        return drunk.getOrDefault(way(cloud, edge), nanos - 1) - nanos >= 0;
    }

    /** All orders so far that are taken off here. */
    Queue<Ordered> orders() {
        return orders;
    }

    private void drink(Tap tap, String edge, int first) {
        List<String> clouds = PartitionPlatform.CLOUDS;
        try (KillLedger tables = new KillLedger(platform::jdbc)) {
            for (int n = first; running; n++) {
                String cloud = clouds.get(n % 2);
                long at = System.nanoTime();
                Ordered order =
                        new Ordered(
                                round,
                                tap,
                                ML,
                                UUID.randomUUID().toString(),
                                new CompletableFuture<>());
                orders.add(order);
                Api.Answer answer = ask(cloud, order);
                boolean taken = answer != null && answer.status() < 300;
                if (answer == null || answer.status() >= 500) {
                    answer = ask(clouds.get((n + 1) % 2), order);
                }
                if (answer == null) {
                    order.answer().completeExceptionally(new IllegalStateException("no answer"));
                } else {
                    order.answer().complete(answer);
                }
                if (captured(tables, order) && taken) {
                    drunk.put(way(cloud, edge), at);
                }
                Wait.pause(PAUSE_MS);
            }
        } catch (Exception e) {
            System.out.println("PARTITION a drinker gave up: " + e);
        }
    }

    private Api.@Nullable Answer ask(String cloud, Ordered order) {
        try {
            return members.get(cloud)
                    .post(
                            "/devices/" + order.tap().deviceId() + "/dispenses",
                            Map.of("outlet", "cold", "volume_ml", order.ml()),
                            order.key());
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Waits for its end if it came to be. */
    private boolean captured(KillLedger tables, Ordered order) throws SQLException {
        KillLedger.Row row = tables.find(order.key());
        while (running && row != null && !row.settled()) {
            Wait.pause(PAUSE_MS);
            row = tables.find(order.key());
        }
        return row != null && row.state().equals("CAPTURED");
    }

    private static String way(String cloud, String edge) {
        return cloud + " " + edge;
    }

    @Override
    public void close() {
        running = false;
        threads.close();
    }
}
