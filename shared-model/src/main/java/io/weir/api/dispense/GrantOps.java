package io.weir.api.dispense;

import io.weir.api.Op;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.Outlet;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.StartBy;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * HTTP-facing operations on quota for the time without the cloud; contract {@code dispense.yaml}.
 */
public interface GrantOps {
    /** Holds the money of all slices; what the wallet does not bear is REFUSED slice by slice. */
    Op<CreateGrant, GrantView> CREATE =
            Op.of("dispense.grants.create.v1", CreateGrant.class, GrantView.class)
                    .within(Duration.ofSeconds(25));

    Op<GetGrant, GrantView> GET = Op.of("dispense.grants.get.v1", GetGrant.class, GrantView.class);

    /** What no gateway has goes back at once, the rest when its gateway has said so. */
    Op<RecallGrant, GrantView> RECALL =
            Op.of("dispense.grants.recall.v1", RecallGrant.class, GrantView.class);

    /** The reconciliation: every slice, and what became of it. */
    Op<ListSlices, io.weir.model.Page<SliceView>> LIST_SLICES =
            Op.paged("dispense.slices.list.v1", ListSlices.class, SliceView.class);

    /** An operator gives a reserved slice's money back without the gateway's word. */
    Op<FreeSlice, SliceView> FREE_SLICE =
            Op.of("dispense.slices.free.v1", FreeSlice.class, SliceView.class);

    /**
     * @param volumeMl limit of each slice
     * @param slices how many pours; for a button: kept filled up to so many
     * @param hours until all of it expires
     */
    record CreateGrant(
            String deviceId,
            Outlet outlet,
            long volumeMl,
            int slices,
            StartBy startBy,
            int hours) {}

    record GetGrant(String grantId) {}

    record RecallGrant(String grantId) {}

    /**
     * @param open true: only those whose money is reserved still
     */
    record ListSlices(
            int limit,
            int offset,
            @Nullable String deviceId,
            @Nullable String gateway,
            @Nullable Boolean open) {}

    record FreeSlice(String dispenseId) {}

    record GrantView(
            String grantId,
            GrantKind kind,
            StartBy startBy,
            String deviceId,
            String memberUid,
            Outlet outlet,
            long volumeMl,
            Money price,
            boolean recalled,
            Instant expiresTms,
            Instant createTms,
            List<SliceView> slices) {}

    /**
     * @param state CREATED, REFUSED, HELD, SERVED, TAKEN, DEBITED, RELEASING or RELEASED
     * @param code what is to be told to the device; only for the member and while it may be used
     * @param late its dispense was told of after the money was given back: the vendor's bad debt
     * @param dispenseState null while none was told of
     */
    record SliceView(
            String dispenseId,
            String grantId,
            String deviceId,
            String memberUid,
            String gateway,
            @Nullable String journal,
            long number,
            String state,
            StartBy startBy,
            @Nullable String code,
            boolean late,
            long limitMl,
            Money hold,
            @Nullable DispenseState dispenseState,
            @Nullable Long billedMl,
            @Nullable Money charged,
            Instant expiresTms,
            Instant updateTms) {}
}
