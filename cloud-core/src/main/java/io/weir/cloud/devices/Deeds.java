package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;

import java.time.Instant;
import java.util.Map;

/** What was done to devices, products and batches, for the audit log. */
final class Deeds {
    private Deeds() {}

    /**
     * In the transaction of the deed.
     *
     * @param action behind {@code devices.}, e.g. {@code batch.remove}
     * @param target what it was done to, e.g. {@code batch:10000}
     * @param detail never a secret
     */
    static void add(
            SqlConnection tx,
            Call call,
            Instant now,
            String tenant,
            String action,
            String target,
            String detail) {
        AuditStore.add(
                tx, call, now, tenant, "devices." + action, target, null, Map.of("detail", detail));
    }
}
