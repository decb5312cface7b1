package io.weir.cloud.facts;

import io.weir.model.fact.Frame;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one transaction takes in. */
final class Batch {
    /** A Kafka record that is no frame of its partition. */
    @SuppressWarnings(
            "ArrayRecordComponent") // bytes on their way to the quarantine, never compared
    record Unreadable(int partition, long offset, byte[] bytes, String reason, String detail) {}

    private final List<MarkFlow.Placed> frames = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();
    private int entries;
    private int bytes;

    void add(Frame frame, long offset, int size) {
        frames.add(new MarkFlow.Placed(frame, offset));
        next.put(frame.partition(), offset + 1);
        entries += frame.entries().size();
        bytes += size;
    }

    void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        unreadable.add(new Unreadable(record.partition(), record.offset(), value, reason, detail));
        next.put(record.partition(), record.offset() + 1);
        bytes += value.length;
    }

    boolean full(FactConfig config) {
        return entries >= config.maxEntries() || bytes >= config.maxBytes();
    }

    boolean isEmpty() {
        return next.isEmpty();
    }

    List<MarkFlow.Placed> frames() {
        return frames;
    }

    List<Unreadable> unreadable() {
        return unreadable;
    }

    /** Partition -> the offset after this batch. */
    Map<Integer, Long> next() {
        return next;
    }

    Set<Mark.Key> keys() {
        Set<Mark.Key> keys = new LinkedHashSet<>();
        frames.forEach(placed -> keys.add(placed.key()));
        return keys;
    }
}
