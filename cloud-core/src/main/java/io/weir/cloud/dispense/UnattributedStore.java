package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.dispense.OperationsOps.UnattributedView;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** Water that flowed without a known dispense: stored, shown, never billed (DESIGN section 5.6). */
final class UnattributedStore {
    private static final String INSERT =
            """
            INSERT INTO dispense.unattributed
              (device_id, tenant, gateway, ml, seen_at, measure_mode, boot, from_count, to_count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;
    private static final String COUNT =
            """
            SELECT count(*) FROM dispense.unattributed WHERE starts_with(tenant, $1) AND acknowledged_at IS NULL AND dispense IS NULL
            """;
    private static final String LIST =
            """
            SELECT id, device_id, gateway, ml, seen_at FROM dispense.unattributed
            WHERE starts_with(tenant, $1) AND acknowledged_at IS NULL AND dispense IS NULL
            ORDER BY seen_at DESC, id DESC LIMIT $2 OFFSET $3
            """;
    private static final String ACKNOWLEDGE =
            """
            UPDATE dispense.unattributed
            SET acknowledged_at = coalesce(acknowledged_at, $3), acknowledged_by = coalesce(acknowledged_by, $4)
            WHERE starts_with(tenant, $1) AND id = $2 RETURNING tenant
            """;

    void insert(
            SqlConnection tx,
            Place place,
            String gateway,
            DispenseFact.Unattributed fact,
            Instant now) {
        CounterRange seen = fact.seen();
        Tuple values =
                Tuple.tuple()
                        .addValue(place.deviceId())
                        .addValue(place.tenant())
                        .addValue(gateway)
                        .addValue(fact.ml())
                        .addValue(now.atOffset(ZoneOffset.UTC))
                        .addValue(seen == null ? null : (short) seen.mode().code())
                        .addValue(seen == null ? null : seen.boot())
                        .addValue(seen == null ? null : seen.from())
                        .addValue(seen == null ? null : seen.to());
        tx.preparedQuery(INSERT).execute(values).await();
    }

    /** False when there is none in the scope; doing it twice is doing it once. */
    @Nullable String acknowledge(SqlConnection tx, Scope scope, long id, String by, Instant now) {
        Tuple values = Tuple.of(scope.path(), id, now.atOffset(ZoneOffset.UTC), by);
        return Returned.tenant(tx.preparedQuery(ACKNOWLEDGE).execute(values).await());
    }

    Page<UnattributedView> page(SqlConnection tx, Scope scope, Paging paging) {
        Tuple filter = Tuple.of(scope.path());
        return Paged.read(
                tx, COUNT, LIST, filter, paging.limit(), paging.offset(), UnattributedStore::view);
    }

    private static UnattributedView view(Row r) {
        return new UnattributedView(
                r.getLong(0),
                r.getString(1),
                r.getString(2),
                r.getLong(3),
                r.getOffsetDateTime(4).toInstant());
    }
}
