package io.weir.edge.guard;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * One event loop's budgets: the loop's portion of what its products and tenants may send. Used on
 * that loop only. As many as products and tenants have connected here, which only devices that have
 * shown who they are can make more.
 */
public final class Allowances {
    private final Guard guard;
    private final Map<String, Budget> products = new HashMap<>();
    private final Map<String, Budget> tenants = new HashMap<>();
    private final Budget unlimited = Budget.unlimited();

    Allowances(Guard guard) {
        this.guard = guard;
    }

    /**
     * For a new connection.
     *
     * @param tenant tenant path of the device's owner; null when the cloud did not say: then no
     *     tenant's budget is counted against
     */
    public Allowance of(String productKey, @Nullable String tenant) {
        return new Allowance(
                guard.deviceBudget(),
                products.computeIfAbsent(productKey, guard::productBudget),
                tenant == null ? unlimited : tenants.computeIfAbsent(tenant, guard::tenantBudget));
    }
}
