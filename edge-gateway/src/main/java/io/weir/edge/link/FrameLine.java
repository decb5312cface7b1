package io.weir.edge.link;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.weir.model.fact.Lane;
import io.weir.runtime.door.DoorFault;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.Frame;
import io.weir.runtime.door.DoorMessage.FrameAck;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Frames on one connection to the door: in order within lane and partition, money before alarms
 * before telemetry, never more on the way than the door's window, and none while the socket is
 * full, so that answers to commands needn't wait behind them. What waits here is bounded by the
 * forwarder. Calls come from any thread, work is done on the connection's context.
 */
public final class FrameLine {
    /** What became of a frame; exactly once, unless the line was given up before. */
    @FunctionalInterface
    public interface Sent {
        /**
         * @param failure null when Kafka has the frame
         */
        void done(@Nullable Exception failure);
    }

    private record Waiting(Frame frame, Sent sent) {
        int size() {
            return frame.bytes().length();
        }
    }

    private record Place(Lane lane, int partition) {}

    private final Context context;
    private final int window;
    private final BooleanSupplier full;
    private final Consumer<DoorMessage> out;
    private final Runnable hangUp;

    /** By the lane's ordinal. */
    private final List<Deque<Waiting>> queued = new ArrayList<>();

    private final Map<Place, Deque<Waiting>> unacknowledged = new HashMap<>();
    private final Set<Lane> taken = ConcurrentHashMap.newKeySet();
    private long onTheWay;
    private boolean leaving;
    private volatile boolean over;

    /**
     * @param window bytes that may be on the way
     * @param full whether the socket takes nothing at the moment
     * @param out writes to the socket
     * @param hangUp ends the connection
     */
    FrameLine(
            Context context,
            int window,
            BooleanSupplier full,
            Consumer<DoorMessage> out,
            Runnable hangUp) {
        this.context = context;
        this.window = window;
        this.full = full;
        this.out = out;
        this.hangUp = hangUp;
        for (int lane = 0; lane < Lane.values().length; lane++) {
            queued.add(new ArrayDeque<>());
        }
    }

    /** Somebody will send the frames of a lane; one at a time. */
    void take(Lane lane) {
        if (over || !taken.add(lane)) {
            throw new IllegalStateException("no connection to the door");
        }
    }

    /** Returns at once. */
    public void send(Lane lane, int partition, long number, byte[] bytes, Sent sent) {
        var frame = new Frame(lane, partition, number, Buffer.buffer(bytes));
        context.runOnContext(
                v -> {
                    if (over) {
                        sent.done(new IllegalStateException("the connection has ended"));
                        return;
                    }
                    queued.get(lane.ordinal()).add(new Waiting(frame, sent));
                    pump();
                });
    }

    /**
     * No {@link Sent} of the lane is called any more; with frames of it on the way the connection
     * ends.
     */
    public void giveUp(Lane lane) {
        context.runOnContext(
                v -> {
                    queued.get(lane.ordinal()).clear();
                    if (!over && isOnTheWay(lane)) {
                        leaving = true;
                        hangUp.run();
                    }
                });
        taken.remove(lane);
    }

    /** The socket takes again, or a frame was acknowledged. */
    void pump() {
        for (Deque<Waiting> lane : queued) {
            Waiting next = lane.peek();
            while (next != null) {
                if (over || leaving || full.getAsBoolean() || onTheWay + next.size() > window) {
                    return;
                }
                lane.remove();
                onTheWay += next.size();
                unacknowledged
                        .computeIfAbsent(
                                new Place(next.frame.lane(), next.frame.partition()),
                                p -> new ArrayDeque<>())
                        .add(next);
                out.accept(next.frame);
                next = lane.peek();
            }
        }
    }

    void acknowledged(FrameAck ack) {
        if (over || leaving) {
            return;
        }
        Deque<Waiting> waiting = unacknowledged.get(new Place(ack.lane(), ack.partition()));
        Waiting first = waiting == null ? null : waiting.poll();
        if (first == null || first.frame.number() != ack.number()) {
            throw new DoorFault("an acknowledgement of a frame that is not the next");
        }
        onTheWay -= first.size();
        first.sent.done(null);
        pump();
    }

    /** The connection has ended: everything that was not acknowledged goes again later. */
    void ended() {
        if (over) {
            return;
        }
        over = true;
        var failure = new IllegalStateException("the connection to the door has ended");
        List<Waiting> left = new ArrayList<>();
        unacknowledged.values().forEach(left::addAll);
        queued.forEach(left::addAll);
        left.stream()
                .filter(w -> taken.contains(w.frame.lane()))
                .forEach(w -> w.sent.done(failure));
    }

    private boolean isOnTheWay(Lane lane) {
        return unacknowledged.entrySet().stream()
                .anyMatch(e -> e.getKey().lane() == lane && !e.getValue().isEmpty());
    }
}
