package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.dispense.OperationsOps.FaultView;
import io.weir.api.dispense.OperationsOps.GetSummary;
import io.weir.api.dispense.OperationsOps.Summary;
import io.weir.api.dispense.OperationsOps.UnattributedView;
import io.weir.cloud.dispense.DispenseQueries.Some;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** What an operator looks at first. */
final class SummaryHandler {
    private final Tx tx;
    private final Time time;
    private final DispenseConfig config;
    private final DispenseQueries queries = new DispenseQueries();
    private final FaultStore faults = new FaultStore();
    private final UnattributedStore unattributed = new UnattributedStore();

    SummaryHandler(Tx tx, Time time, DispenseConfig config) {
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    Summary handle(Call call, GetSummary ask) {
        Paging paging = Paging.of(ask.limit(), 0, config.maxPage());
        return tx.run(call.scope(), c -> summary(c, call.scope(), paging));
    }

    private Summary summary(SqlConnection c, Scope scope, Paging paging) {
        int limit = paging.limit();
        Some running = queries.running(c, scope, limit);
        Some orphan = queries.orphan(c, scope, time.now(), limit);
        Some overrun = queries.overrun(c, scope, config.overrunToleranceMl(), limit);
        Page<FaultView> faulted = faults.page(c, scope, paging);
        Page<UnattributedView> flow = unattributed.page(c, scope, paging);
        return new Summary(
                running.count(),
                orphan.count(),
                faulted.total(),
                flow.total(),
                overrun.count(),
                running.newest(),
                orphan.newest(),
                overrun.newest(),
                faulted.items(),
                flow.items());
    }
}
