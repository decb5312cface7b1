package io.weir.api.dispense;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.dispense.DispenseOps.DispenseView;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** What an operator watches of the dispenses, with one action for each thing that needs a hand. */
public interface OperationsOps {
    Op<GetSummary, Summary> SUMMARY =
            Op.of("dispense.operations.summary.v1", GetSummary.class, Summary.class);

    Op<ListOpenMatters, io.weir.model.Page<UnattributedView>> UNATTRIBUTED =
            Op.paged(
                    "dispense.unattributed.list.v1", ListOpenMatters.class, UnattributedView.class);

    Op<AcknowledgeUnattributed, Done> ACKNOWLEDGE_UNATTRIBUTED =
            Op.of(
                    "dispense.unattributed.acknowledge.v1",
                    AcknowledgeUnattributed.class,
                    Done.class);

    Op<ListOpenMatters, io.weir.model.Page<FaultView>> FAULTS =
            Op.paged("dispense.faults.list.v1", ListOpenMatters.class, FaultView.class);

    /** Lets new dispenses on the device again. */
    Op<ClearFault, Done> CLEAR_FAULT =
            Op.of("dispense.faults.clear.v1", ClearFault.class, Done.class);

    Op<AcknowledgeOverrun, Done> ACKNOWLEDGE_OVERRUN =
            Op.of("dispense.overrun.acknowledge.v1", AcknowledgeOverrun.class, Done.class);

    /** Its open dispenses are settled at their last counters (DESIGN section 5.5). */
    Op<DeclareGatewayLost, GatewayLost> DECLARE_LOST =
            Op.of("dispense.gateway.lost.v1", DeclareGatewayLost.class, GatewayLost.class);

    /** Whether a device is free, for anybody who stands before it. */
    Op<GetDeviceUse, DeviceUse> DEVICE_USE =
            Op.of("dispense.device.use.v1", GetDeviceUse.class, DeviceUse.class);

    /** What flowed at a device, for each span of time, in the order asked. System only. */
    Op<GetUsage, Usages> USAGE = Op.of("dispense.usage.v1", GetUsage.class, Usages.class);

    record GetDeviceUse(String deviceId) {}

    /**
     * @param tenant path of the owner: what flowed under others is theirs
     * @param member only what this member had; null = everybody
     */
    record GetUsage(String deviceId, String tenant, @Nullable String member, List<Span> spans) {}

    /**
     * @param to not within
     */
    record Span(Instant from, Instant to) {}

    record Usages(List<Usage> usages) {}

    /**
     * What flowed, also when nobody paid for it.
     *
     * @param dispenses where something flowed
     * @param seconds how long it flowed
     */
    record Usage(long dispenses, long volumeMl, long seconds) {}

    record DeviceUse(String deviceId, Use use) {}

    enum Use {
        FREE,
        BUSY,
        FAULTED
    }

    record GetSummary(int limit) {}

    record ListOpenMatters(int limit, int offset) {}

    record AcknowledgeUnattributed(long id) {}

    record ClearFault(String deviceId) {}

    record AcknowledgeOverrun(String dispenseId) {}

    record DeclareGatewayLost(String gateway) {}

    /**
     * @param settled how many open dispenses of the gateway are settled by this
     * @param reserved how many of its offline slices stay reserved until its signed word or an
     *     operator frees them
     */
    record GatewayLost(String gateway, int settled, int reserved) {}

    /**
     * Counts of all, and the newest of each.
     *
     * @param orphan without an end for longer than their deadline allows
     * @param overrun poured more than ordered, beyond the tolerance, not yet acknowledged
     */
    record Summary(
            long running,
            long orphan,
            long faulted,
            long unattributed,
            long overrun,
            List<DispenseView> runningDispenses,
            List<DispenseView> orphanDispenses,
            List<DispenseView> overrunDispenses,
            List<FaultView> faults,
            List<UnattributedView> unattributedFlow) {}

    /**
     * @param dispenseId the dispense it did not stop
     */
    record FaultView(String deviceId, String code, String dispenseId, Instant createTms) {}

    record UnattributedView(long id, String deviceId, String gateway, long ml, Instant createTms) {}
}
