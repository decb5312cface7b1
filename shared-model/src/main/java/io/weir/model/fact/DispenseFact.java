package io.weir.model.fact;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * What the edge says of a dispense, on the money lane. All counts are cumulative over the dispense,
 * so that any permutation or repetition of these facts tells the same story (DESIGN section 5).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DispenseFact.Intent.class, name = "intent"),
    @JsonSubTypes.Type(value = DispenseFact.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = DispenseFact.Running.class, name = "running"),
    @JsonSubTypes.Type(value = DispenseFact.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = DispenseFact.Stopping.class, name = "stopping"),
    @JsonSubTypes.Type(value = DispenseFact.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = DispenseFact.Unattributed.class, name = "unattributed"),
    @JsonSubTypes.Type(value = DispenseFact.Rested.class, name = "rested"),
    @JsonSubTypes.Type(value = DispenseFact.Faulted.class, name = "faulted"),
    @JsonSubTypes.Type(value = DispenseFact.Cleared.class, name = "cleared"),
})
public sealed interface DispenseFact {
    /**
     * The command is about to be published, once; journaled before that. From here on the valve may
     * be open.
     *
     * @param meter the edge's own note, for its restart; others ignore it
     */
    record Intent(String dispenseId, OpenDispense command, @Nullable MeterMark meter)
            implements DispenseFact {
        public Intent(String dispenseId, OpenDispense command) {
            this(dispenseId, command, null);
        }
    }

    /**
     * It was not and never will be published, or the device said no before any flow: nothing was
     * poured.
     */
    record Refused(String dispenseId, EndReason reason) implements DispenseFact {}

    /**
     * The device confirmed, or the first flow was seen.
     *
     * @param meter the edge's own note, for its restart; others ignore it
     */
    record Running(String dispenseId, @Nullable MeterMark meter) implements DispenseFact {
        public Running(String dispenseId) {
            this(dispenseId, null);
        }
    }

    /**
     * Poured so far.
     *
     * @param pouredMl since the baseline, never falling (but for a baseline that the device's own
     *     late reply corrects upwards)
     * @param secondsRun monotonic seconds of running
     * @param meter the edge's own note, for its restart; others ignore it
     */
    record Progress(String dispenseId, long pouredMl, long secondsRun, @Nullable MeterMark meter)
            implements DispenseFact {
        public Progress(String dispenseId, long pouredMl, long secondsRun) {
            this(dispenseId, pouredMl, secondsRun, null);
        }
    }

    /** {@code stop} is being sent; the counter must come to rest. */
    record Stopping(String dispenseId, EndReason reason) implements DispenseFact {}

    /** The one end. */
    record Ended(String dispenseId, long pouredMl, long secondsRun, EndReason reason)
            implements DispenseFact {}

    /**
     * Flow without a known dispense: stored and shown, never billed.
     *
     * @param ml since the device's last such fact
     * @param seen the readings that it is the difference of; null when the device tells no boot id
     *     or booted meanwhile
     */
    record Unattributed(String deviceId, long ml, @Nullable CounterRange seen)
            implements DispenseFact {
        public Unattributed(String deviceId, long ml) {
            this(deviceId, ml, null);
        }
    }

    /**
     * A device that came pouring from another gateway came to rest here, or says here that a
     * dispense of another gateway is over. What began there ends where this counter stood.
     *
     * @param dispenseId the dispense that the device names; empty when only its counter tells
     * @param seen from the first reading here to the one at rest
     */
    record Rested(String deviceId, String dispenseId, CounterRange seen) implements DispenseFact {}

    /** The device does not obey {@code stop}: no new dispense until {@link Cleared}. */
    record Faulted(String deviceId, String dispenseId, String code) implements DispenseFact {}

    /** The counter rested again. */
    record Cleared(String deviceId) implements DispenseFact {}

    /** The name of a fact's type, as in {@code type} of its JSON and in the entry's name. */
    static String nameOf(DispenseFact fact) {
        return fact.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
