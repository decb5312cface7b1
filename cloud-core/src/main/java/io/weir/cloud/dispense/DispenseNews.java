package io.weir.cloud.dispense;

import io.weir.api.Signal;
import io.weir.api.dispense.DispenseApi;
import io.weir.api.dispense.DispenseApi.DispenseChanged;
import io.weir.api.dispense.DispenseApi.FaultChanged;
import io.weir.api.dispense.DispenseApi.UnattributedSeen;
import io.weir.runtime.bus.Bus;

import org.jspecify.annotations.Nullable;

/** Tells who listens, after a commit. All of it may be lost; nothing depends on it. */
final class DispenseNews {
    /** The ledger must be told something: saves the settlers the wait for their next poll. */
    static final Signal<SettlementDue> SETTLEMENT_DUE =
            new Signal<>("dispense.settlement-due.v1", SettlementDue.class);

    record SettlementDue(String dispenseId) {}

    private final Bus bus;

    DispenseNews(Bus bus) {
        this.bus = bus;
    }

    void changed(Dispense d) {
        bus.publish(
                DispenseApi.CHANGED,
                new DispenseChanged(d.order().tenant(), d.order().member(), Views.of(d)));
    }

    void settlementDue(String dispense) {
        bus.publish(SETTLEMENT_DUE, new SettlementDue(dispense));
    }

    void fault(String tenant, String device, boolean faulted, @Nullable String code) {
        bus.publish(DispenseApi.FAULT, new FaultChanged(tenant, device, faulted, code));
    }

    void unattributed(String tenant, String device, long ml) {
        bus.publish(DispenseApi.UNATTRIBUTED, new UnattributedSeen(tenant, device, ml));
    }
}
