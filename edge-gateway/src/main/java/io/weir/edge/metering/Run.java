package io.weir.edge.metering;

import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** One open dispense as its {@link Dispenser} keeps it. */
final class Run {
    /** Where it stands; a dispense is open in all of them. */
    enum Phase {
        /** The intent is being journaled; nothing was published. */
        INTENT,
        /** Published; neither a reply nor flow yet. */
        COMMANDED,
        RUNNING,
        /** Must come to rest. */
        STOPPING
    }

    final OpenDispense command;
    Meter meter;
    final FlowRate rate;
    final RestWatch watch;
    final List<Long> askers = new ArrayList<>();
    Phase phase = Phase.INTENT;
    long arrivedAt;
    long publishedAt;
    long publishedOn = -1;

    /**
     * The connection whose reports show water of this dispense, as long as nothing confirmed it.
     */
    long comparedOn = -1;

    /**
     * The connection on which the device's words tell that it has been there since it opened; -1
     * when none can.
     */
    long heardOn = -1;

    /** The last tick up to which {@link #ranMs} is counted. */
    long countedAt;

    long ranMs;
    long lastFlowAt;

    /** The device confirmed, or water was seen: it did open. */
    boolean opened;

    @Nullable EndReason reason;

    /** The connection on which {@code stop} was first sent; -1 when it was not. */
    long stoppedOn = -1;

    /** It answered that {@code stop}, on the same connection. */
    boolean agreed;

    /** How long it had been open when {@code stop} was first sent; -1 when that isn't known. */
    long openMsAtStop = -1;

    /** Estimate when {@code stop} was sent at the limit; what came after it tells the lead. */
    long stoppedAtMl = -1;

    /**
     * Wall time of its last fact when an earlier process of the edge ran it, until the gap is
     * counted.
     */
    @Nullable Long gapFromWallMs;

    Run(OpenDispense command, Meter meter, MeteringConfig config) {
        this.command = command;
        this.meter = meter;
        this.rate = new FlowRate(command.mlPerSecond());
        this.watch = new RestWatch(config);
    }

    String id() {
        return command.dispenseId();
    }

    long pouredMl() {
        return meter.pouredMl();
    }

    /** Counts the time that it ran; never beyond its limit. */
    void ran(long now) {
        ranMs = Math.min(ranMs + now - countedAt, command.secondsMax() * 1_000);
        countedAt = now;
    }

    /**
     * A word of the device: until it was told to stop, the valve was open when it said that. How
     * long the word was on its way isn't known.
     */
    void heard(long connection, long now) {
        if (phase == Phase.RUNNING) {
            ran(now);
        }
        if (connection == heardOn) {
            meter.heard(ranMs - RestWatch.ONE_BREATH_MS);
        }
    }

    /** It answers {@code stop}, so it was there when it was told to. */
    void heardStop(long connection) {
        agreed |= stoppedOn == connection;
        if (connection == heardOn && phase == Phase.STOPPING) {
            meter.heard(ranMs);
        }
    }

    /** Did it shut its valve for this gateway's {@code stop}, and not for another's before? */
    boolean obeyed(long connection) {
        return agreed && stoppedOn == connection && publishedOn == connection && openMsAtStop >= 0;
    }
}
