package io.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.Api;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A member who orders at many faucets at fixed times, and what came of it. */
final class Orders {
    /**
     * @param sentAt nanoseconds, right before the HTTP request leaves
     */
    private record Order(String dispense, Faucet faucet, long sentAt) {}

    private static final BigDecimal YUAN_PER_LITRE = new BigDecimal("0.40");
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(3);
    private static final int ACCEPTED = 202;
    private static final int TOO_OFTEN = 429;
    private static final long LONGEST_US = TimeUnit.MINUTES.toMicros(10);

    private final Api member;
    private final List<Order> orders = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> running = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile @Nullable String refusal;

    /**
     * @param devices of one product, which gets a price here
     */
    Orders(SplitPlatform platform, List<DeviceLogin> devices) {
        Map<String, Object> tariff =
                Map.of("applies_to", "PRODUCT", "prices", Map.of("cold", YUAN_PER_LITRE));
        String device = devices.getFirst().deviceName();
        platform.vendor().put("/devices/" + device + "/tariff", tariff).data();
        this.member = platform.member();
        Map<String, Object> money = Map.of("amount", 1000, "channel", "lab");
        member.post("/users/" + member.uid() + "/wallet/topups", money).data();
    }

    /** Leaves now, whatever became of those before. */
    void place(DeviceLogin device, Faucet faucet, int ml) {
        long sentAt = System.nanoTime();
        running.add(Thread.ofVirtual().start(() -> place(device, faucet, ml, sentAt)));
    }

    /** The same, again and again until it is taken. */
    void insist(DeviceLogin device, Faucet faucet, int ml, Duration within) {
        running.add(
                Thread.ofVirtual()
                        .start(
                                () ->
                                        Wait.until(
                                                "an order is taken",
                                                within,
                                                () -> {
                                                    Wait.pause(250);
                                                    return place(
                                                            device, faucet, ml, System.nanoTime());
                                                })));
    }

    private boolean place(DeviceLogin device, Faucet faucet, int ml, long sentAt) {
        Api.Answer answer =
                member.post(
                        "/devices/" + device.deviceName() + "/dispenses",
                        Map.of("outlet", "cold", "volume_ml", ml));
        if (answer.status() == ACCEPTED) {
            orders.add(new Order(answer.data().get("dispense_id").asText(), faucet, sentAt));
            return true;
        }
        refused.incrementAndGet();
        refusal = answer.status() + " " + answer.code();
        return false;
    }

    /** Until every request has its answer. */
    void placed() {
        for (Thread thread : running) {
            try {
                if (!thread.join(Duration.ofSeconds(60))) {
                    throw new IllegalStateException("an order has no answer for a minute");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    int accepted() {
        return orders.size();
    }

    /** How many were refused, and the last one's reason. */
    String refused() {
        return refused + (refusal == null ? "" : " (" + refusal + ")");
    }

    /** From the request's leaving to the command's arrival, us; of the commands that arrived. */
    Histogram latencies() {
        Histogram latencies = new Histogram(LONGEST_US, 3);
        for (Order order : List.copyOf(orders)) {
            Long at = order.faucet().commandedAt(order.dispense());
            if (at != null) {
                latencies.recordValue(Math.clamp((at - order.sentAt()) / 1000, 0, LONGEST_US));
            }
        }
        return latencies;
    }

    /** Faults in what was charged, against each faucet's own count; waits for the last end. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Order order : List.copyOf(orders)) {
            JsonNode done = settled(order.dispense());
            long billed = done.get("billed_ml").asLong();
            long poured = order.faucet().poured(order.dispense());
            long ordered = done.get("ordered_ml").asLong();
            boolean right =
                    billed <= Math.min(poured, ordered)
                            && done.get("charged").decimalValue().compareTo(price(billed)) == 0
                            && (done.get("state").asText().equals("CAPTURED") || poured == 0);
            if (!right) {
                faults.add("poured " + poured + " ml: " + done);
            }
        }
        return faults;
    }

    private JsonNode settled(String dispense) {
        return Wait.forValue(
                dispense + " is settled",
                SETTLED_WITHIN,
                () -> {
                    Api.Answer answer = member.get("/dispenses/" + dispense);
                    if (answer.status() == TOO_OFTEN) {
                        Wait.pause(200);
                        return null;
                    }
                    String state = answer.data().get("state").asText();
                    return state.equals("CAPTURED") || state.equals("VOIDED")
                            ? answer.data()
                            : null;
                });
    }

    private static BigDecimal price(long ml) {
        return YUAN_PER_LITRE
                .multiply(BigDecimal.valueOf(ml))
                .divide(BigDecimal.valueOf(1000), 2, RoundingMode.HALF_UP);
    }
}
