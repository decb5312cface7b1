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

    /** The reconciliation in sums, by gateway and device. */
    Op<SumSlices, io.weir.model.Page<QuotaSum>> SUM_SLICES =
            Op.paged("dispense.slices.sum.v1", SumSlices.class, QuotaSum.class);

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

    /**
     * @param gateway null: all
     */
    record SumSlices(int limit, int offset, @Nullable String gateway, @Nullable String deviceId) {}

    /**
     * What became of the quota of one device at one gateway. {@code granted = reserved + debited +
     * returned}, and {@code difference = worth - debited - badDebt} is zero; anything else is a
     * fault of Weir.
     *
     * @param slices whose money was set aside
     * @param reserved still set aside: nobody has told yet what became of it
     * @param debited taken for what was poured
     * @param returned to the members' wallets
     * @param worth the price of what the gateway told as poured, reckoned anew from millilitres
     * @param badDebt poured after its money had been given back
     * @param statements closed on the gateway's signed word
     * @param withoutWord given back by an operator's hand
     * @param copiedTms when a copy of one of the gateway's disks last asked for slices and was
     *     refused; null: never
     */
    record QuotaSum(
            String gateway,
            String deviceId,
            long slices,
            Money granted,
            Money reserved,
            Money debited,
            Money returned,
            long pouredMl,
            Money worth,
            Money badDebt,
            Money difference,
            long statements,
            long withoutWord,
            @Nullable Instant copiedTms) {
        public QuotaSum copied(@Nullable Instant at) {
            return new QuotaSum(
                    gateway,
                    deviceId,
                    slices,
                    granted,
                    reserved,
                    debited,
                    returned,
                    pouredMl,
                    worth,
                    badDebt,
                    difference,
                    statements,
                    withoutWord,
                    at);
        }
    }

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
     * @param recalled wanted back by the member or an operator
     * @param late its dispense was told of after the money was given back: the vendor's bad debt
     * @param dispenseState null while none was told of
     * @param returned what went back to the wallet; null until that is final
     * @param statement the gateway's word that it was not spent, null without one
     * @param freedBy who gave the money back without that word, null if nobody did
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
            boolean recalled,
            boolean late,
            Outlet outlet,
            long limitMl,
            Money hold,
            @Nullable DispenseState dispenseState,
            @Nullable Long billedMl,
            @Nullable Money charged,
            @Nullable Money returned,
            @Nullable Word statement,
            @Nullable String freedBy,
            Instant expiresTms,
            Instant updateTms) {}

    /**
     * @param reason EXPIRED, RECALLED or UNUSED
     * @param verified checked now against the key that the journal named first
     */
    record Word(String reason, boolean verified) {}
}
