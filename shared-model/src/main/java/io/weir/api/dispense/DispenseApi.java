package io.weir.api.dispense;

import io.weir.api.Signal;
import io.weir.api.dispense.DispenseOps.DispenseView;

import org.jspecify.annotations.Nullable;

/** What the dispense context tells others as it happens. */
public interface DispenseApi {
    /**
     * Type of the event, on Kafka's {@code weir.events.v1} through the outbox, that a dispense was
     * captured or voided; its payload is a {@code DispenseView}. Unlike the signals below it can't
     * be lost.
     */
    String SETTLED_EVENT = "dispense.settled.v1";

    /** After every change of a dispense, progress included. */
    Signal<DispenseChanged> CHANGED = new Signal<>("dispense.changed.v1", DispenseChanged.class);

    /** A device became faulted or was cleared. */
    Signal<FaultChanged> FAULT = new Signal<>("dispense.fault.v1", FaultChanged.class);

    /** Water flowed that nobody ordered. */
    Signal<UnattributedSeen> UNATTRIBUTED =
            new Signal<>("dispense.unattributed.v1", UnattributedSeen.class);

    /**
     * @param tenant path of the device's owner: who may see it from above
     * @param member uid of the one member who may see it
     */
    record DispenseChanged(String tenant, String member, DispenseView dispense) {}

    /**
     * @param code what is wrong; null when it was cleared
     */
    record FaultChanged(String tenant, String deviceId, boolean faulted, @Nullable String code) {}

    record UnattributedSeen(String tenant, String deviceId, long ml) {}
}
