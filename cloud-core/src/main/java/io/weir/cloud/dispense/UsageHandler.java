package io.weir.cloud.dispense;

import io.weir.api.dispense.OperationsOps.GetUsage;
import io.weir.api.dispense.OperationsOps.Usages;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** What flowed at a device. Who asks has checked that the reader may see it. */
final class UsageHandler {
    private static final int MOST_SPANS = 400;

    private final Tx tx;
    private final UsageStore usages = new UsageStore();

    UsageHandler(Tx tx) {
        this.tx = tx;
    }

    Usages handle(Call call, GetUsage ask) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the system asks for usage");
        }
        if (ask.spans().size() > MOST_SPANS) {
            throw Rejected.invalid("spans", "must be at most " + MOST_SPANS);
        }
        return new Usages(tx.look(c -> usages.of(c, ask)));
    }
}
