package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.weir.edge.guard.Allowance;
import io.weir.edge.ingest.mqtt.MqttMeters.Why;

import org.jspecify.annotations.Nullable;

/**
 * How much one connection may send. Beyond, QoS 0 messages are dropped and counted; for QoS 1 the
 * socket is not read for a while, so that TCP slows the device down and nothing that it must repeat
 * is lost. Used on the connection's loop only.
 */
final class Throttle {
    /** Dropping costs too: who goes on and on at QoS 0 is not read either. */
    private static final int DROPS_BETWEEN_PAUSES = 100;

    private final MqttLoop loop;
    private final ChannelHandlerContext socket;
    private final Allowance allowance;
    private @Nullable Hold hold;
    private boolean paused;
    private boolean ended;
    private int pauses;
    private int drops;
    private long messages;
    private long marked;

    Throttle(MqttLoop loop, ChannelHandlerContext socket, Allowance allowance) {
        this.loop = loop;
        this.socket = socket;
        this.allowance = allowance;
    }

    /**
     * Counts a publish that came.
     *
     * @param size payload bytes
     * @param droppable QoS 0
     * @return true when it must be dropped
     */
    boolean drops(int size, boolean droppable) {
        messages++;
        return !allowance.spend(size) && overdrawn(size, droppable);
    }

    private boolean overdrawn(int size, boolean droppable) {
        long wait = allowance.settle(loop.nowMs());
        if (wait == 0) {
            return false;
        }
        if (!droppable) {
            pause(wait, Why.RATE);
            return false;
        }
        allowance.refund(size);
        if (++drops % DROPS_BETWEEN_PAUSES == 0) {
            pause(wait, Why.RATE);
        }
        return true;
    }

    /** Not read for so long. A later pause takes the place of one that still lasts. */
    void pause(long ms, Why why) {
        if (ended) {
            return;
        }
        if (hold == null) {
            hold = Hold.of(socket);
            loop.shared.meters.paused.incrementAndGet();
        }
        paused = true;
        loop.shared.meters.pause(why);
        int mine = ++pauses;
        loop.vertx.setTimer(ms, t -> resume(mine));
    }

    private void resume(int pause) {
        Hold here = hold;
        if (here == null || pause != pauses) {
            return;
        }
        paused = false;
        here.letIn(() -> !paused && !ended);
        if (!paused && !ended) {
            hold = null;
            loop.shared.meters.paused.decrementAndGet();
        }
    }

    /** The connection ends: what was kept back is dropped, unacknowledged. */
    void end() {
        ended = true;
        if (hold != null) {
            hold.drop();
            hold = null;
            loop.shared.meters.paused.decrementAndGet();
        }
    }

    /** From now on it is counted how much this one talks. */
    void mark() {
        marked = messages;
    }

    /** Publishes since the mark. */
    long talked() {
        return messages - marked;
    }
}
