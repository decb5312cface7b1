package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.OperationsOps.FaultView;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** Devices that did not stop when told to. */
final class FaultStore {
    private static final String IS_FAULTED =
            "SELECT 1 FROM dispense.fault WHERE device_id = $1 AND cleared_at IS NULL";
    private static final String FAULTED =
            """
            INSERT INTO dispense.fault (device_id, tenant, dispense, code, faulted_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (device_id) DO UPDATE
            SET tenant = excluded.tenant, dispense = excluded.dispense, code = excluded.code,
                faulted_at = excluded.faulted_at, cleared_at = NULL, cleared_by = NULL
            """;
    private static final String CLEARED =
            """
            UPDATE dispense.fault SET cleared_at = $3, cleared_by = $4
            WHERE starts_with(tenant, $1) AND device_id = $2 AND cleared_at IS NULL
            RETURNING tenant
            """;
    private static final String COUNT =
            "SELECT count(*) FROM dispense.fault WHERE starts_with(tenant, $1) AND cleared_at IS"
                    + " NULL";
    private static final String LIST =
            """
            SELECT device_id, code, dispense, faulted_at FROM dispense.fault
            WHERE starts_with(tenant, $1) AND cleared_at IS NULL ORDER BY faulted_at DESC, device_id LIMIT $2 OFFSET $3
            """;

    /** Asked of a device that the caller may see, so the scope adds nothing. */
    boolean isFaulted(SqlConnection tx, String device) {
        return tx.preparedQuery(IS_FAULTED).execute(Tuple.of(device)).await().size() > 0;
    }

    void faulted(
            SqlConnection tx,
            String tenant,
            String device,
            String dispense,
            String code,
            Instant now) {
        Tuple values = Tuple.of(device, tenant, dispense, code, now.atOffset(ZoneOffset.UTC));
        tx.preparedQuery(FAULTED).execute(values).await();
    }

    /** False when it wasn't faulted. */
    @Nullable String cleared(SqlConnection tx, Scope scope, String device, String by, Instant now) {
        Tuple values = Tuple.of(scope.path(), device, now.atOffset(ZoneOffset.UTC), by);
        return Returned.tenant(tx.preparedQuery(CLEARED).execute(values).await());
    }

    Page<FaultView> page(SqlConnection tx, Scope scope, Paging paging) {
        Tuple filter = Tuple.of(scope.path());
        return Paged.read(
                tx, COUNT, LIST, filter, paging.limit(), paging.offset(), FaultStore::view);
    }

    private static FaultView view(Row r) {
        return new FaultView(
                r.getString(0), r.getString(1), r.getString(2), r.getOffsetDateTime(3).toInstant());
    }
}
