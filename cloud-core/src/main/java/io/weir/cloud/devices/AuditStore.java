package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.bus.Call;

import java.time.Instant;
import java.time.ZoneOffset;

/** Who did what to devices; written in the transaction of the deed, never changed. */
final class AuditStore {
    private static final String INSERT =
            """
            INSERT INTO devices.audit (tenant, at, actor, role, action, target, detail, request_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;

    private AuditStore() {}

    /**
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
        tx.preparedQuery(INSERT)
                .execute(
                        Tuple.from(
                                java.util.Arrays.asList(
                                        tenant,
                                        now.atOffset(ZoneOffset.UTC),
                                        call.actor().uid(),
                                        call.actor().role().name(),
                                        action,
                                        target,
                                        detail,
                                        call.requestId())))
                .await();
    }
}
