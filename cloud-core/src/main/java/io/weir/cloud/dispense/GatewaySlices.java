package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.dispense.SliceInput.Recalled;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * The offline quota of a gateway that is given up, or of devices that it has no more (DESIGN
 * section 5): nothing more is granted to it, what never left the cloud goes back, and what did
 * stays reserved until the gateway's signed word or an operator's hand, however long it is silent.
 */
final class GatewaySlices {
    private final GatewaySliceStore store = new GatewaySliceStore();
    private final SliceStore slices = new SliceStore();

    /**
     * Takes grants and slices back.
     *
     * @param devices of these only; null for all of the gateway
     */
    void recall(
            SqlConnection c, String gateway, @Nullable Collection<String> devices, Instant now) {
        store.recallGrants(c, gateway, devices, now);
        List<String> live = store.live(c, gateway, devices);
        for (PaidSlice before : slices.lock(c, Scope.PLATFORM, live)) {
            PaidSlice after = before.with(SliceFlow.apply(before.standing(), new Recalled()));
            if (!after.equals(before)) {
                slices.save(c, after, now);
            }
        }
    }

    /** How many slices left the cloud and may have been spent. */
    int out(SqlConnection c, String gateway) {
        return store.out(c, gateway);
    }

    /** Devices that the gateway may sell offline, at most 500. */
    List<String> devices(SqlConnection c, String gateway, Instant now) {
        return store.devices(c, gateway, now);
    }
}
