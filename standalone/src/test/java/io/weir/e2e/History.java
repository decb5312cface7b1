package io.weir.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The history checker: what every device sent and what was acknowledged to it, by (device, epoch,
 * sequence), against what is stored. An epoch is one connection of the device, whichever gateway it
 * led to; a sequence number is used once in a device's life, so that two connections at a time may
 * draw from it. It is kept in arrays and bits: a message costs four bytes, a run has millions.
 *
 * <p>Every message counts for the fault that was {@link #during} when it was sent.
 */
final class History {
    /** Where stored posts are read from, e.g. the rows of {@code ingest.property_post}. */
    interface Store {
        /** Every stored post of the device, as often as it is stored, in any order. */
        void posts(String deviceId, Post post);
    }

    /** One stored post. */
    interface Post {
        void stored(int epoch, long sequence);
    }

    /**
     * Messages of one fault, or of all.
     *
     * @param stored of those that were sent, each counted once
     * @param lost acknowledged and not stored
     * @param doubled stored again
     * @param unacked stored and not acknowledged, which is allowed
     */
    record Count(long sent, long acked, long stored, long lost, long doubled, long unacked) {
        static final Count NONE = new Count(0, 0, 0, 0, 0, 0);

        Count plus(Count o) {
            return new Count(
                    sent + o.sent,
                    acked + o.acked,
                    stored + o.stored,
                    lost + o.lost,
                    doubled + o.doubled,
                    unacked + o.unacked);
        }

        @Override
        public String toString() {
            return "%d sent, %d acked, %d stored, %d lost, %d doubled, %d stored though not acked"
                    .formatted(sent, acked, stored, lost, doubled, unacked);
        }
    }

    /**
     * What came of a run.
     *
     * @param strays stored and never sent, or not by that connection
     * @param examples the first few messages that are lost, doubled or strays
     */
    record Verdict(
            int devices,
            int epochs,
            Map<String, Count> faults,
            long strays,
            List<String> examples) {
        Count total() {
            return faults.values().stream().reduce(Count.NONE, Count::plus);
        }

        boolean clean() {
            return total().lost() == 0 && total().doubled() == 0 && strays == 0;
        }

        /** One line for the run. */
        String line(String run) {
            return "HISTORY %s: %d devices, %d epochs: %s, %d never sent%s"
                    .formatted(
                            run,
                            devices,
                            epochs,
                            total(),
                            strays,
                            examples.isEmpty() ? "" : " " + examples);
        }

        /** One line for each fault. */
        String lines(String run) {
            return faults.entrySet().stream()
                    .map(f -> "HISTORY %s, %s: %s".formatted(run, f.getKey(), f.getValue()))
                    .collect(Collectors.joining("\n"));
        }
    }

    private static final String CALM = "no fault";

    private final Map<String, DeviceHistory> devices = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>(List.of(CALM));
    private volatile byte now;

    synchronized DeviceHistory device(String deviceId) {
        return devices.computeIfAbsent(deviceId, id -> new DeviceHistory(id, () -> now));
    }

    /** From now on messages count for this fault. */
    synchronized void during(String fault) {
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
        now = (byte) faults.indexOf(fault);
    }

    void calm() {
        during(CALM);
    }

    /** How many were acknowledged so far. */
    synchronized long acked() {
        return devices.values().stream().mapToLong(DeviceHistory::acked).sum();
    }

    /** Waits until nothing acknowledged is missing, or the time is over; judges what is there. */
    Verdict settle(Store store, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        for (DeviceHistory device : all()) {
            while (missing(device, store) > 0 && System.nanoTime() < deadline) {
                Wait.pause(500);
            }
        }
        return judge(store);
    }

    private static long missing(DeviceHistory device, Store store) {
        return device.judge(store).counts().values().stream().mapToLong(Count::lost).sum();
    }

    /** Compares with what is stored now. */
    Verdict judge(Store store) {
        Map<String, Count> counts = new LinkedHashMap<>();
        List<String> examples = new ArrayList<>();
        int epochs = 0;
        long strays = 0;
        for (DeviceHistory device : all()) {
            DeviceHistory.Judged judged = device.judge(store);
            judged.counts().forEach((fault, c) -> counts.merge(name(fault), c, Count::plus));
            epochs += device.epochs();
            strays += judged.strays();
            judged.examples().stream().limit(5).forEach(examples::add);
        }
        return new Verdict(all().size(), epochs, counts, strays, examples);
    }

    private synchronized List<DeviceHistory> all() {
        return List.copyOf(devices.values());
    }

    private synchronized String name(byte fault) {
        return faults.get(fault);
    }
}
