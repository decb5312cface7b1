package io.weir.model.fact;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;

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
    @JsonSubTypes.Type(value = DispenseFact.Faulted.class, name = "faulted"),
    @JsonSubTypes.Type(value = DispenseFact.Cleared.class, name = "cleared"),
})
public sealed interface DispenseFact {
    /**
     * The command is about to be published, once; journaled before that. From here on the valve may
     * be open.
     */
    record Intent(String dispenseId, OpenDispense command) implements DispenseFact {}

    /**
     * It was not and never will be published, or the device said no before any flow: nothing was
     * poured.
     */
    record Refused(String dispenseId, EndReason reason) implements DispenseFact {}

    /** The device confirmed, or the first flow was seen. */
    record Running(String dispenseId) implements DispenseFact {}

    /**
     * Poured so far.
     *
     * @param pouredMl since the baseline, never falling
     * @param secondsRun monotonic seconds of running
     */
    record Progress(String dispenseId, long pouredMl, long secondsRun) implements DispenseFact {}

    /** {@code stop} is being sent; the counter must come to rest. */
    record Stopping(String dispenseId, EndReason reason) implements DispenseFact {}

    /** The one end. */
    record Ended(String dispenseId, long pouredMl, long secondsRun, EndReason reason)
            implements DispenseFact {}

    /** Flow without a known dispense: stored and shown, never billed. */
    record Unattributed(String deviceId, long ml) implements DispenseFact {}

    /** The device does not obey {@code stop}: no new dispense until {@link Cleared}. */
    record Faulted(String deviceId, String dispenseId, String code) implements DispenseFact {}

    /** The counter rested again. */
    record Cleared(String deviceId) implements DispenseFact {}
}
