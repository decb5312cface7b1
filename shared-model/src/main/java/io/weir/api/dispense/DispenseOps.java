package io.weir.api.dispense;

import io.weir.api.Op;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.Outlet;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** HTTP-facing operations on dispenses (DESIGN section 7); contract {@code dispense.yaml}. */
public interface DispenseOps {
    /** Holds the money and sends the command; answers before the device does. */
    Op<CreateDispense, DispenseView> CREATE =
            Op.of("dispense.create.v1", CreateDispense.class, DispenseView.class)
                    .within(Duration.ofSeconds(25));

    Op<GetDispense, DispenseView> GET =
            Op.of("dispense.get.v1", GetDispense.class, DispenseView.class);

    Op<ListDispenses, io.weir.model.Page<DispenseView>> LIST =
            Op.paged("dispense.list.v1", ListDispenses.class, DispenseView.class);

    /** Tells the gateway to stop; the end comes as a fact. Stopping what has ended is no fault. */
    Op<StopDispense, DispenseView> STOP =
            Op.of("dispense.stop.v1", StopDispense.class, DispenseView.class);

    /** Gives back part or all of what was charged. */
    Op<RefundDispense, RefundView> REFUND =
            Op.of("dispense.refund.v1", RefundDispense.class, RefundView.class)
                    .within(Duration.ofSeconds(15));

    /** An operator settles a dispense whose end does not come, at the last counter. */
    Op<SettleDispense, DispenseView> SETTLE =
            Op.of("dispense.settle.v1", SettleDispense.class, DispenseView.class);

    record CreateDispense(String deviceId, Outlet outlet, long volumeMl) {}

    record GetDispense(String dispenseId) {}

    /**
     * @param sort {@code create_tms}, {@code volume_ml} or {@code charged}
     * @param order {@code asc} or {@code desc}
     */
    record ListDispenses(
            int limit,
            int offset,
            String sort,
            String order,
            @Nullable DispenseState state,
            @Nullable String deviceId,
            @Nullable String memberUid) {}

    record StopDispense(String dispenseId) {}

    /**
     * @param amount all that is left when absent
     */
    record RefundDispense(String dispenseId, @Nullable Money amount, String reason) {}

    record SettleDispense(String dispenseId) {}

    /**
     * A dispense as everybody who may see it sees it.
     *
     * @param volumeMl poured so far, overrun included
     * @param billedMl what is charged for: never more than was ordered or poured
     * @param price yuan per litre, frozen when the dispense was created
     * @param cost what {@code billedMl} costs at that price
     * @param charged what was taken, corrections by a late end included; null until it is final
     * @param refunded what the vendor gave back since
     * @param reason why the water stopped or never ran; null while that is open
     * @param channelId of unbilled water; null when it is billed
     */
    record DispenseView(
            String dispenseId,
            String deviceId,
            String memberUid,
            DispenseState state,
            Outlet outlet,
            long orderedMl,
            long volumeMl,
            long billedMl,
            long overrunMl,
            long secondsRun,
            Money price,
            Money hold,
            Money cost,
            @Nullable Money charged,
            Money refunded,
            @Nullable EndReason reason,
            @Nullable Long channelId,
            Instant createTms,
            Instant updateTms) {}

    /**
     * @param refunded the sum of all refunds of this dispense
     */
    record RefundView(
            String dispenseId, Money amount, Money charged, Money refunded, String reason) {}
}
