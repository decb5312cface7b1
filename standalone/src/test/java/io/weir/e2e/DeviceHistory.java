package io.weir.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One device's part of a {@link History}; its connections may use it from any thread. */
final class DeviceHistory {
    /** Which fault is on just now. */
    interface Fault {
        byte now();
    }

    /** Counts by fault; examples of what is wrong. */
    record Judged(Map<Byte, History.Count> counts, long strays, List<String> examples) {}

    private static final int EXAMPLES = 5;

    private final String deviceId;
    private final Fault fault;
    private final BitSet acked = new BitSet();
    private short[] epochOf = new short[1024];
    private byte[] faultOf = new byte[1024];
    private int sent;
    private int epochs;

    DeviceHistory(String deviceId, Fault fault) {
        this.deviceId = deviceId;
        this.fault = fault;
    }

    String deviceId() {
        return deviceId;
    }

    /** A connection begins; its epoch. */
    synchronized int connect() {
        return ++epochs;
    }

    /** A message is about to be sent; its sequence number. */
    synchronized long send(int epoch) {
        if (sent == epochOf.length) {
            epochOf = Arrays.copyOf(epochOf, 2 * sent);
            faultOf = Arrays.copyOf(faultOf, 2 * sent);
        }
        epochOf[sent] = (short) epoch;
        faultOf[sent] = fault.now();
        return ++sent;
    }

    synchronized void acknowledge(long sequence) {
        acked.set((int) (sequence - 1));
    }

    synchronized long sent() {
        return sent;
    }

    synchronized long acked() {
        return acked.cardinality();
    }

    synchronized int epochs() {
        return epochs;
    }

    Judged judge(History.Store store) {
        Comparison comparison = new Comparison();
        store.posts(deviceId, comparison::row);
        return comparison.judged();
    }

    /** Rows that are there against what was sent until they were read. */
    private final class Comparison {
        private final BitSet confirmed;
        private final int known;
        private final BitSet stored = new BitSet();
        private final Map<Byte, long[]> counts = new TreeMap<>();
        private final List<String> examples = new ArrayList<>();
        private long strays;

        Comparison() {
            synchronized (DeviceHistory.this) {
                confirmed = (BitSet) acked.clone();
                known = sent;
            }
        }

        void row(int epoch, long sequence) {
            int at = (int) (sequence - 1);
            if (wrong(at, epoch)) {
                strays++;
                example("never sent", epoch, sequence);
            } else if (stored.get(at)) {
                count(at)[4]++;
                example("doubled", epoch, sequence);
            } else {
                stored.set(at);
            }
        }

        private boolean wrong(int at, int epoch) {
            synchronized (DeviceHistory.this) {
                return at < 0 || at >= sent || epochOf[at] != epoch;
            }
        }

        Judged judged() {
            Map<Byte, History.Count> result = new TreeMap<>();
            for (int at = 0; at < Math.max(known, stored.length()); at++) {
                long[] c = count(at);
                boolean there = stored.get(at);
                boolean told = confirmed.get(at);
                c[0]++;
                c[1] += told ? 1 : 0;
                c[2] += there ? 1 : 0;
                c[5] += there && !told ? 1 : 0;
                if (told && !there) {
                    c[3]++;
                    example("lost", epochAt(at), at + 1L);
                }
            }
            counts.forEach(
                    (f, c) -> result.put(f, new History.Count(c[0], c[1], c[2], c[3], c[4], c[5])));
            return new Judged(result, strays, examples);
        }

        private long[] count(int at) {
            synchronized (DeviceHistory.this) {
                return counts.computeIfAbsent(faultOf[at], f -> new long[6]);
            }
        }

        private int epochAt(int at) {
            synchronized (DeviceHistory.this) {
                return epochOf[at];
            }
        }

        private void example(String what, int epoch, long sequence) {
            if (examples.size() < EXAMPLES) {
                examples.add("%s: %s, epoch %d, %d".formatted(what, deviceId, epoch, sequence));
            }
        }
    }
}
