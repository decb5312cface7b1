package io.weir.edge.registry;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Finds values by names that lie as ASCII bytes in a larger array. For ASCII names {@link
 * String#hashCode} is the very hash that a reader of bytes makes on its way; others are not found.
 */
final class NameTable<V> {
    @SuppressWarnings("ArrayRecordComponent") // nobody compares slots
    private record Slot<V>(int hash, byte[] name, V value) {}

    private final List<@Nullable Slot<V>> slots;
    private final int mask;

    NameTable(Map<String, V> values) {
        // At most half full: a name that is not there is soon known not to be.
        int size = Integer.highestOneBit(Math.max(1, values.size())) * 4;
        this.mask = size - 1;
        this.slots = new ArrayList<>(Collections.nCopies(size, null));
        values.forEach(this::put);
    }

    private void put(String name, V value) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > name.length()) {
            return;
        }
        int at = name.hashCode() & mask;
        while (slots.get(at) != null) {
            at = (at + 1) & mask;
        }
        slots.set(at, new Slot<>(name.hashCode(), bytes, value));
    }

    @Nullable V find(byte[] bytes, int from, int to, int hash) {
        for (int at = hash & mask; ; at = (at + 1) & mask) {
            Slot<V> slot = slots.get(at);
            if (slot == null) {
                return null;
            }
            if (slot.hash == hash
                    && Arrays.equals(bytes, from, to, slot.name, 0, slot.name.length)) {
                return slot.value;
            }
        }
    }
}
