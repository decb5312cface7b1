package io.weir.simulator;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a device has said and the platform has not yet acknowledged, oldest first. Bounded: below
 * the gateway's {@code mqtt.inFlightMax}, beyond which it closes the connection.
 */
final class Outbox {
    /**
     * @param sentAt when it was sent first, ms; -1 = not yet
     * @param late a fault came in between: its latency says nothing of the platform
     */
    record Item(int number, String topic, byte[] payload, long sentAt, boolean late) {
        Item sent(long at) {
            return new Item(number, topic, payload, sentAt < 0 ? at : sentAt, late);
        }

        Item disturbed() {
            return new Item(number, topic, payload, sentAt, true);
        }

        boolean waits() {
            return sentAt < 0;
        }
    }

    static final int MOST = 80;
    private static final int NUMBERS = 65_535;

    private final Map<Integer, Item> items = new LinkedHashMap<>();
    private int last;

    int size() {
        return items.size();
    }

    boolean full() {
        return items.size() >= MOST;
    }

    Item add(String topic, byte[] payload) {
        last = last % NUMBERS + 1;
        Item item = new Item(last, topic, payload, -1, false);
        items.put(last, item);
        return item;
    }

    void sent(int number, long at) {
        items.computeIfPresent(number, (n, item) -> item.sent(at));
    }

    /** Null when it is acknowledged already. */
    @Nullable Item remove(int number) {
        return items.remove(number);
    }

    List<Item> all() {
        return new ArrayList<>(items.values());
    }

    void disturbed() {
        items.replaceAll((number, item) -> item.disturbed());
    }

    void clear() {
        items.clear();
    }
}
