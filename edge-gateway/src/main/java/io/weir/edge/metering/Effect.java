package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;

/** What the engine wants done, in the order of the list that it returns. */
sealed interface Effect {
    /** Journal a fact of a device, then tell the engine {@code journaled(ticket, kept)}. */
    record Append(long ticket, String deviceId, long epoch, DispenseFact fact) implements Effect {}

    /** Publish {@code dispense}, once; the engine asks for it once, after the intent is durable. */
    record PublishDispense(OpenDispense command) implements Effect {}

    /**
     * @param dispenseId empty: whatever runs
     */
    record PublishStop(String deviceId, String dispenseId) implements Effect {}

    /** Answer whoever asked with this number. */
    record Answer(long asker, DispenseAnswer answer) implements Effect {}

    /** Nothing is known to have happened; asking again is safe. */
    record Fail(long asker, String why) implements Effect {}

    /** Call {@code wake} for the device after so long; replaces an earlier one of the device. */
    record Wake(String deviceId, long delayMs) implements Effect {}
}
