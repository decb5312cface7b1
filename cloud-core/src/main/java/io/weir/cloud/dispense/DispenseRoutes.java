package io.weir.cloud.dispense;

import io.weir.api.dispense.ChannelOps;
import io.weir.api.dispense.DispenseOps;
import io.weir.api.dispense.GrantOps;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.TariffOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** Which operation of {@code contract/dispense.yaml} is which question. */
public final class DispenseRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("createDispense", DispenseOps.CREATE, 202),
                    Route.of("getDispense", DispenseOps.GET, 200),
                    Route.of("listDispenses", DispenseOps.LIST, 200),
                    Route.of("stopDispense", DispenseOps.STOP, 202),
                    Route.of("refundDispense", DispenseOps.REFUND, 201),
                    Route.of("settleDispense", DispenseOps.SETTLE, 202),
                    Route.of("acknowledgeOverrun", OperationsOps.ACKNOWLEDGE_OVERRUN, 201),
                    Route.of("createGrant", GrantOps.CREATE, 201),
                    Route.of("getGrant", GrantOps.GET, 200),
                    Route.of("recallGrant", GrantOps.RECALL, 202),
                    Route.of("listSlices", GrantOps.LIST_SLICES, 200),
                    Route.of("sumSlices", GrantOps.SUM_SLICES, 200),
                    Route.of("freeSlice", GrantOps.FREE_SLICE, 202),
                    Route.of("openChannel", ChannelOps.OPEN, 201),
                    Route.of("listChannels", ChannelOps.LIST, 200),
                    Route.of("endChannel", ChannelOps.END, 204),
                    Route.of("getTariff", TariffOps.GET, 200),
                    Route.of("putTariff", TariffOps.PUT, 201),
                    Route.of("operationsSummary", OperationsOps.SUMMARY, 200),
                    Route.of("listUnattributed", OperationsOps.UNATTRIBUTED, 200),
                    Route.of(
                            "acknowledgeUnattributed", OperationsOps.ACKNOWLEDGE_UNATTRIBUTED, 201),
                    Route.of("listFaults", OperationsOps.FAULTS, 200),
                    Route.of("clearFault", OperationsOps.CLEAR_FAULT, 201),
                    Route.of("getDeviceUse", OperationsOps.DEVICE_USE, 200),
                    Route.of("declareGatewayLost", OperationsOps.DECLARE_LOST, 202));
    public static final ContextRoutes CONTEXT = new ContextRoutes("dispense", ROUTES);

    private DispenseRoutes() {}
}
