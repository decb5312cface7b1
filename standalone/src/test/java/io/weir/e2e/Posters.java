package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Devices that post as fast as they are acknowledged, at two gateways. */
final class Posters implements AutoCloseable {
    /** A gateway. */
    enum Side {
        FIRST("edge-1"),
        SECOND("edge-2");

        private final String gateway;

        Side(String gateway) {
            this.gateway = gateway;
        }

        String gateway() {
            return gateway;
        }
    }

    private static final int IN_FLIGHT = 80;
    private static final int TURNS = 3;
    private static final long TURN_MS = 300;
    private static final Duration BACK = Duration.ofSeconds(60);

    private final FaultPlatform platform;
    private final History history;
    private final BiConsumer<String, String> assign;
    private final Map<Side, List<Poster>> posters = new EnumMap<>(Side.class);
    private final JsonNode wanderer;

    /**
     * @param triples half of them post at each gateway; the last moves between the two
     * @param assign tells the cloud to which gateway a device belongs
     */
    Posters(
            FaultPlatform platform,
            History history,
            List<JsonNode> triples,
            BiConsumer<String, String> assign) {
        this.platform = platform;
        this.history = history;
        this.assign = assign;
        this.wanderer = triples.getLast();
        for (Side side : Side.values()) {
            posters.put(side, new ArrayList<>());
        }
        List<JsonNode> settled = triples.subList(0, triples.size() - 1);
        for (int i = 0; i < settled.size(); i++) {
            add(Side.values()[i % 2], settled.get(i));
        }
    }

    private void add(Side side, JsonNode triple) {
        assign.accept(triple.get("device_id").asText(), side.gateway());
        posters.get(side).add(Poster.connect(mqtt(side), triple, history));
    }

    private String mqtt(Side side) {
        return side == Side.FIRST ? platform.mqtt() : platform.second().mqtt();
    }

    void flood() {
        all().forEach(p -> p.flood(IN_FLIGHT));
    }

    void rest() {
        all().forEach(Poster::rest);
    }

    int inFlight() {
        return all().stream().mapToInt(Poster::inFlight).sum();
    }

    /** Who lost the connection, or waits for what will never be confirmed, connects anew. */
    void heal() {
        rest();
        long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (inFlight() > 0 && System.nanoTime() < deadline) {
            Wait.pause(50);
        }
        for (Poster poster : all()) {
            if (!poster.connected() || poster.inFlight() > 0) {
                poster.reconnect(BACK);
            }
        }
    }

    /** They rest; all that a gateway has confirmed to one of them comes through to the tables. */
    void awaitThrough(Side side, Duration within) {
        rest();
        Poster one = posters.get(side).getFirst();
        Wait.until(
                "facts of " + side.gateway() + " come through",
                within,
                () -> platform.counted(one.deviceId()) >= one.acked());
    }

    /** Until nothing is acknowledged there any more, though they post. */
    void awaitSilence(Side side, Duration within) {
        Wait.until(
                side.gateway() + " acknowledges nothing",
                within,
                () -> {
                    long before = acked(side);
                    Wait.pause(700);
                    return acked(side) == before;
                });
    }

    private long acked(Side side) {
        return posters.get(side).stream().mapToLong(Poster::acked).sum();
    }

    /** Rests, and waits until the cloud has counted as much as was acknowledged. */
    void awaitStored(Duration within) {
        heal();
        for (Poster poster : all()) {
            Wait.until(
                    "what was confirmed to " + poster.deviceId() + " is stored",
                    within,
                    () -> platform.counted(poster.deviceId()) >= poster.acked());
        }
    }

    /**
     * One device with two connections that throw each other out, both posting all the time: each
     * may come only when the other's last messages are under way.
     */
    void takeTurns(Side one, Side other) {
        String device = wanderer.get("device_id").asText();
        for (int turn = 0; turn < TURNS; turn++) {
            assign.accept(device, one.gateway());
            try (Poster first = Poster.connect(mqtt(one), wanderer, history)) {
                first.flood(IN_FLIGHT);
                Wait.pause(TURN_MS);
                assign.accept(device, other.gateway());
                try (Poster second = Poster.connect(mqtt(other), wanderer, history)) {
                    second.flood(IN_FLIGHT);
                    Wait.until("the first is thrown out", BACK, () -> !first.connected());
                    Wait.pause(TURN_MS);
                }
            }
        }
    }

    private List<Poster> all() {
        return posters.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public void close() {
        all().forEach(Poster::close);
    }
}
