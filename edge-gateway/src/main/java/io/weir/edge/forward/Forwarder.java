package io.weir.edge.forward;

import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.TurnThread;
import io.weir.model.fact.Lane;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Carries frames from the journal to Kafka, money first, in order, for ever. Its place is what
 * Kafka acknowledged since the start; a restart begins at the oldest retained segment again, and
 * consumers drop what they have. After a failure that the producer itself can't retry the producer
 * is replaced and everything unacknowledged goes again.
 */
final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private final DiskJournal journal;
    private final Supplier<Uplink> uplinks;
    private final ForwarderConfig config;
    private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
    private final List<LaneFlow> flows;
    private final TurnThread thread;
    private @Nullable Uplink uplink;
    private volatile String trouble = "";

    Forwarder(DiskJournal journal, Supplier<Uplink> uplinks, ForwarderConfig config) {
        this.journal = journal;
        this.uplinks = uplinks;
        this.config = config;
        this.thread = new TurnThread("weir-forward", this::turn, () -> false, config.sendPause());
        this.flows =
                Arrays.stream(Lane.values())
                        .map(
                                lane ->
                                        new LaneFlow(
                                                lane,
                                                journal.reader(lane),
                                                config.inFlightBytes(),
                                                thread::look,
                                                broken))
                        .toList();
    }

    void start() {
        journal.onCommit(thread::look);
        thread.start();
    }

    /** Blocks until the thread has ended. */
    void stop() {
        thread.stop();
        hangUp();
    }

    /** Frames synced here and not acknowledged by Kafka. */
    long lag(Lane lane) {
        return journal.frames(lane) - flow(lane).acknowledgedFrames();
    }

    long inFlightBytes(Lane lane) {
        return flow(lane).inFlightBytes();
    }

    /** Why nothing goes up at the moment; empty while all is well. */
    String trouble() {
        return trouble;
    }

    /** One turn; true when something was sent. */
    boolean turn() {
        try {
            Uplink up = uplink;
            if (up == null) {
                up = uplinks.get();
                uplink = up;
            }
            boolean some = false;
            for (LaneFlow flow : flows) {
                some |= broken.get() == null && flow.pump(up);
            }
            Exception failure = broken.get();
            if (failure != null) {
                restart(failure);
            } else if (some) {
                trouble = "";
            }
            return some;
        } catch (IOException | RuntimeException e) {
            restart(e);
            return false;
        }
    }

    private LaneFlow flow(Lane lane) {
        return flows.get(lane.ordinal());
    }

    private void restart(Exception failure) {
        if (trouble.isEmpty()) {
            LOG.warn("nothing goes up; it is tried until it does", failure);
        }
        trouble = String.valueOf(failure.getMessage());
        hangUp();
        flows.forEach(LaneFlow::restart);
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
