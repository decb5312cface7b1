package io.weir.edge.forward;

import io.weir.edge.journal.LaneReader;
import io.weir.edge.journal.StoredFrame;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One lane on its way up: what is in flight, and how far Kafka has acknowledged. Driven by the
 * forwarder's thread; acknowledgements come on another.
 */
final class LaneFlow {
    private static final int READ_BYTES = 1 << 20;

    /** One frame in flight. */
    private static final class Flight {
        final StoredFrame frame;
        volatile boolean acknowledged;

        Flight(StoredFrame frame) {
            this.frame = frame;
        }
    }

    private final LaneReader reader;
    private final long limit;
    private final Runnable wake;
    private final AtomicReference<@Nullable Exception> broken;
    private final Deque<Flight> flights = new ArrayDeque<>();
    private final long[] acknowledged;
    private volatile long acknowledgedFrames;
    private AtomicLong inFlight = new AtomicLong();

    /**
     * @param limit bytes in flight
     * @param wake called when there is room again
     * @param broken takes the first failure of an uplink
     */
    LaneFlow(
            LaneReader reader,
            long limit,
            Runnable wake,
            AtomicReference<@Nullable Exception> broken) {
        this.reader = reader;
        this.limit = limit;
        this.wake = wake;
        this.broken = broken;
        this.acknowledged = reader.base();
        settle();
    }

    /**
     * Frames acknowledged by Kafka or applied by all consumers, over all partitions, counted from
     * the journal's first.
     */
    long acknowledgedFrames() {
        return acknowledgedFrames;
    }

    long inFlightBytes() {
        return inFlight.get();
    }

    /** Sends all that there is and that there is room for; true when it sent something. */
    boolean pump(Uplink uplink) throws IOException {
        settle();
        long room = limit - inFlight.get();
        boolean some = false;
        boolean more = true;
        while (more && room > 0 && broken.get() == null) {
            List<StoredFrame> frames = reader.next((int) Math.min(room, READ_BYTES));
            room -= send(uplink, frames);
            more = !frames.isEmpty();
            some |= more;
        }
        return some;
    }

    /** Answers how many bytes these are. */
    private long send(Uplink uplink, List<StoredFrame> frames) {
        List<Flight> fresh = frames.stream().map(Flight::new).toList();
        flights.addAll(fresh);
        long bytes = 0;
        for (Flight flight : fresh) {
            if (broken.get() != null) {
                break;
            }
            send(uplink, flight, inFlight);
            bytes += flight.frame.bytes().length;
        }
        return bytes;
    }

    /** The uplink is gone: what it did not acknowledge is sent again, in order. */
    void restart() {
        settle();
        Flight first = flights.peek();
        if (first != null) {
            reader.rewind(first.frame);
        }
        flights.clear();
        inFlight = new AtomicLong();
    }

    private void send(Uplink uplink, Flight flight, AtomicLong bytes) {
        int size = flight.frame.bytes().length;
        bytes.addAndGet(size);
        uplink.send(
                flight.frame,
                failure -> {
                    if (failure == null) {
                        flight.acknowledged = true;
                    } else {
                        broken.compareAndSet(null, failure);
                    }
                    long left = bytes.addAndGet(-size);
                    if (failure != null || left + size >= limit) {
                        wake.run();
                    }
                });
    }

    private void settle() {
        Flight first = flights.peek();
        while (first != null && first.acknowledged) {
            flights.remove();
            StoredFrame frame = first.frame;
            acknowledged[frame.partition()] =
                    Math.max(acknowledged[frame.partition()], frame.number());
            first = flights.peek();
        }
        long[] applied = reader.applied();
        long frames = 0;
        for (int p = 0; p < acknowledged.length; p++) {
            frames += Math.max(acknowledged[p], applied[p]);
        }
        acknowledgedFrames = frames;
    }
}
