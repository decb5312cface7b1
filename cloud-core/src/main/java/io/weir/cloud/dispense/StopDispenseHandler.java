package io.weir.cloud.dispense;

import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.dispense.DispenseOps.StopDispense;
import io.weir.api.edge.EdgeApi;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/**
 * Tells the gateway to stop; that the water rests is told by a fact. Stopping what has ended
 * changes nothing: the member's finger and the end may meet.
 */
final class StopDispenseHandler {
    private final Bus bus;
    private final Tx tx;
    private final DispenseStore dispenses = new DispenseStore();

    StopDispenseHandler(Bus bus, Tx tx) {
        this.bus = bus;
        this.tx = tx;
    }

    DispenseView handle(Call call, StopDispense ask) {
        Dispense d = tx.run(call.scope(), c -> dispenses.find(c, call.scope(), ask.dispenseId()));
        if (d == null) {
            throw Rejected.notFound("dispense " + ask.dispenseId());
        }
        DispenseState state = d.course().state();
        if (state == DispenseState.CREATED || state == DispenseState.HELD) {
            throw new Rejected(
                    DispenseError.WRONG_STATE, "the device has not been told to start yet");
        }
        if (Views.mayRun(d)) {
            var stop = new EdgeApi.StopDispense(d.id(), d.order().deviceId(), EndReason.MEMBER);
            bus.call(EdgeApi.STOP.at(d.order().gateway()), stop, Call.system(d.id())).await();
        }
        return Views.of(d);
    }
}
