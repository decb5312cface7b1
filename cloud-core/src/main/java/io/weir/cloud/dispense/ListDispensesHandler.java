package io.weir.cloud.dispense;

import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.dispense.DispenseOps.ListDispenses;
import io.weir.model.Page;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** Dispenses of a scope, a member's own or a tenant's. */
final class ListDispensesHandler {
    private final Tx tx;
    private final DispenseConfig config;
    private final DispenseQueries queries = new DispenseQueries();

    ListDispensesHandler(Tx tx, DispenseConfig config) {
        this.tx = tx;
        this.config = config;
    }

    Page<DispenseView> handle(Call call, ListDispenses ask) {
        Paging paging = Paging.of(ask.limit(), ask.offset(), config.maxPage());
        return tx.run(call.scope(), c -> queries.page(c, call.scope(), ask, paging));
    }
}
