package io.weir.cloud.audit;

import io.weir.api.audit.AuditOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/audit.yaml} is answered by. */
public final class AuditRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "audit",
                    List.of(
                            Route.of("listAudit", AuditOps.LIST, 200),
                            Route.of("proveAudit", AuditOps.PROOF, 200)));

    private AuditRoutes() {}
}
