package io.weir.cloud.dispense;

import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.dispense.DispenseOps.GetDispense;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** One dispense, for whoever may see it. */
final class GetDispenseHandler {
    private final Tx tx;
    private final DispenseStore dispenses = new DispenseStore();

    GetDispenseHandler(Tx tx) {
        this.tx = tx;
    }

    DispenseView handle(Call call, GetDispense ask) {
        Dispense found =
                tx.run(call.scope(), c -> dispenses.find(c, call.scope(), ask.dispenseId()));
        if (found == null) {
            throw Rejected.notFound("dispense " + ask.dispenseId());
        }
        return Views.of(found);
    }
}
