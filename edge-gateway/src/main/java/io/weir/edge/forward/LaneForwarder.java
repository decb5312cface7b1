package io.weir.edge.forward;

import io.weir.edge.journal.LaneReader;
import io.weir.edge.journal.TurnThread;
import io.weir.model.fact.Lane;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Carries one lane's frames from the journal to Kafka, in order, for ever, on a thread and an
 * uplink of its own. Its place is what Kafka acknowledged since the start; a restart begins at the
 * oldest retained segment again, and consumers drop what they have. After a failure that the
 * producer itself can't retry the producer is replaced and everything unacknowledged goes again.
 */
final class LaneForwarder {
    private static final Logger LOG = LoggerFactory.getLogger(LaneForwarder.class);

    private static final int SILENT_SECONDS = 5;

    /**
     * Kafka's client measures its pauses by the wall clock: what it puts off when that clock is set
     * back, a batch or a new connection, waits until the clock is where it was. A new client
     * doesn't.
     */
    private static final long SET_BACK_MS = 1_000;

    private final Lane lane;
    private final Supplier<Uplink> uplinks;
    private final ForwarderConfig config;
    private final Time time;
    private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
    private final TurnThread thread;
    private final LaneFlow flow;
    private @Nullable Uplink uplink;
    private volatile String trouble = "";
    private volatile long restarts;
    private volatile long movedAtMs;
    private long wallBeyondTicksMs;

    LaneForwarder(
            Lane lane,
            LaneReader reader,
            Supplier<Uplink> uplinks,
            ForwarderConfig config,
            Time time) {
        this.lane = lane;
        this.uplinks = uplinks;
        this.config = config;
        this.time = time;
        this.movedAtMs = time.tick().ms();
        this.wallBeyondTicksMs = wallBeyondTicks();
        String name = "weir-forward-" + lane.name().toLowerCase(Locale.ROOT);
        this.thread = new TurnThread(name, this::turn, () -> false, config.pause(lane));
        this.flow = new LaneFlow(reader, config.inFlightBytes(), thread::look, broken);
    }

    void start() {
        thread.start();
    }

    /** There is something new to send. */
    void look() {
        thread.look();
    }

    /** Blocks until the thread has ended. */
    void stop() {
        thread.stop();
        hangUp();
    }

    Lane lane() {
        return lane;
    }

    long acknowledgedFrames() {
        return flow.acknowledgedFrames();
    }

    long inFlightBytes() {
        return flow.inFlightBytes();
    }

    /** How often the uplink was replaced. */
    long restarts() {
        return restarts;
    }

    /**
     * Why nothing goes up at the moment; empty while all is well. A producer retries most failures
     * itself and for ever, without a word: then only its silence tells.
     */
    String trouble() {
        long seconds = (time.tick().ms() - movedAtMs) / 1000;
        boolean silent = flow.inFlightBytes() > 0 && seconds >= SILENT_SECONDS;
        return trouble.isEmpty() && silent ? "nothing acknowledged for " + seconds + " s" : trouble;
    }

    /** One turn; true when something was sent. */
    boolean turn() {
        try {
            if (clockSetBack()) {
                restart(new IllegalStateException("the clock was set back"));
                return false;
            }
            Uplink up = uplink;
            if (up == null) {
                up = uplinks.get();
                uplink = up;
            }
            long before = flow.acknowledgedFrames();
            boolean some = broken.get() == null && flow.pump(up);
            Exception failure = broken.get();
            if (failure != null) {
                restart(failure);
            } else if (flow.acknowledgedFrames() > before) {
                trouble = "";
                movedAtMs = time.tick().ms();
            } else if (flow.inFlightBytes() == 0) {
                movedAtMs = time.tick().ms();
            }
            return some;
        } catch (IOException | RuntimeException e) {
            restart(e);
            return false;
        }
    }

    private boolean clockSetBack() {
        long before = wallBeyondTicksMs;
        wallBeyondTicksMs = wallBeyondTicks();
        return wallBeyondTicksMs < before - SET_BACK_MS;
    }

    private long wallBeyondTicks() {
        return time.now().toEpochMilli() - time.tick().ms();
    }

    private void restart(Exception failure) {
        String why = String.valueOf(failure.getMessage());
        if (trouble.isEmpty()) {
            LOG.warn("nothing of {} goes up; it is tried until it does", lane, failure);
        } else if (!trouble.equals(why)) {
            LOG.warn("nothing of {} goes up, now because: {}", lane, why);
        }
        trouble = why;
        restarts = restarts + 1;
        hangUp();
        flow.restart();
        broken.set(null);
        thread.pause(config.retryAfter());
        thread.look();
    }

    private void hangUp() {
        if (uplink != null) {
            uplink.close();
            uplink = null;
        }
    }
}
