package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.ListBatches;
import io.weir.api.devices.BatchOps.State;
import io.weir.api.devices.BatchOps.SubmitBatch;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** SQL of production batches and of the devices they make. */
final class BatchStore {
    private static final String COLUMNS =
            """
            batch_id, tenant, name, batch_no, product_id, amount, remark, created_at, confirmed_at, state, done
            """;
    private static final String INSERT =
            """
            INSERT INTO devices.batch (tenant, vendor, name, batch_no, product_id, amount, remark, created_at, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING %s
            """
                    .formatted(COLUMNS);
    private static final String INSERT_DEVICES =
            """
            INSERT INTO devices.device (device_id, tenant, product_id, batch_id, device_name, device_secret, name, remark,
                type, confirmed, enabled, gateway_id, created_at)
            SELECT u.id, $1, $2, $3, u.id, u.secret, u.id, '', 0, false, true, $4, $5
            FROM unnest($6::text[], $7::bytea[]) AS u (id, secret)
            ON CONFLICT (device_id) DO NOTHING RETURNING device_id
            """;
    private static final String LOCK =
            "SELECT %s FROM devices.batch WHERE batch_id = $1 FOR UPDATE".formatted(COLUMNS);
    private static final String DETAIL =
            """
            SELECT %s,
                (SELECT count(*) FROM devices.device d WHERE d.batch_id = b.batch_id AND d.activated_at IS NOT NULL) AS activated,
                (SELECT count(*) FROM devices.device d JOIN devices.presence s USING (device_id)
                    WHERE d.batch_id = b.batch_id AND s.online) AS online
            FROM devices.batch b WHERE batch_id = $1
            """
                    .formatted(COLUMNS);
    private static final String CONFIRM =
            "UPDATE devices.batch SET confirmed_at = $2, state = $3 WHERE batch_id = $1 RETURNING "
                    + COLUMNS;
    private static final String CONFIRM_DEVICES =
            """
            UPDATE devices.device SET confirmed = true, lifecycle = nullif(lifecycle, 'QC'), gateway_id = coalesce(gateway_id, $2)
            WHERE device_id IN (
                SELECT device_id FROM devices.device WHERE batch_id = $1 AND NOT confirmed ORDER BY device_id LIMIT $3)
            RETURNING device_id, tenant, gateway_id
            """;

    /** Others go on with other batches. */
    private static final String IN_WORK =
            """
            SELECT %s FROM devices.batch WHERE state IN ('MAKING', 'STOCKING') AND due_at <= $1
            ORDER BY batch_id LIMIT 1 FOR UPDATE SKIP LOCKED
            """
                    .formatted(COLUMNS);

    private static final String PROGRESS =
            "UPDATE devices.batch SET done = $2, state = $3 WHERE batch_id = $1";
    private static final String PUT_OFF =
            "UPDATE devices.batch SET due_at = $2 WHERE batch_id = $1";
    private static final String UPDATE =
            "UPDATE devices.batch SET remark = $2 WHERE batch_id = $1 RETURNING " + COLUMNS;
    private static final String DELETE_DEVICES = "DELETE FROM devices.device WHERE batch_id = $1";
    private static final String DELETE = "DELETE FROM devices.batch WHERE batch_id = $1";
    private static final String CREDENTIALS =
            """
            SELECT d.device_id, d.device_name, d.device_secret, p.product_key
            FROM devices.device d JOIN devices.product p USING (product_id)
            WHERE d.batch_id = $1 AND d.device_id > $2 ORDER BY d.device_id LIMIT $3
            """;
    private static final String FILTERED =
            """
            FROM devices.batch
            WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
                AND ($3::text IS NULL OR batch_no = $3) AND ($4::bigint IS NULL OR product_id = $4)
            """;

    private static final String USED =
            """
            SELECT 1 FROM devices.device d WHERE batch_id = $1 AND (lifecycle = 'QC'
                OR EXISTS (SELECT 1 FROM devices.presence s WHERE s.device_id = d.device_id)
                OR EXISTS (SELECT 1 FROM devices.registration r WHERE r.device_id = d.device_id)) LIMIT 1
            """;

    private BatchStore() {}

    /** Whether a device of it is being checked, or was ever connected. */
    static boolean used(SqlConnection c, long id) {
        return c.preparedQuery(USED).execute(Tuple.of(id)).await().size() > 0;
    }

    static Batch insert(SqlConnection c, SubmitBatch r, String tenant, State state, Instant now) {
        return row(
                c.preparedQuery(INSERT)
                        .execute(
                                Tuple.from(
                                        Arrays.asList(
                                                tenant,
                                                Scope.vendorOf(tenant),
                                                r.name(),
                                                r.batchNo(),
                                                r.productId(),
                                                r.amount(),
                                                r.remark() == null ? "" : r.remark(),
                                                now.atOffset(ZoneOffset.UTC),
                                                state.name())))
                        .await()
                        .iterator()
                        .next());
    }

    /** Answers the ids that were free; the others are somebody's already. */
    static Set<String> insertDevices(
            SqlConnection c,
            Batch batch,
            @Nullable String gateway,
            Instant now,
            List<String> ids,
            List<Buffer> secrets) {
        Set<String> made = new HashSet<>();
        for (Row row :
                c.preparedQuery(INSERT_DEVICES)
                        .execute(
                                Tuple.from(
                                        Arrays.asList(
                                                batch.tenant(),
                                                batch.productId(),
                                                batch.id(),
                                                gateway,
                                                now.atOffset(ZoneOffset.UTC),
                                                ids.toArray(String[]::new),
                                                secrets.toArray(Buffer[]::new))))
                        .await()) {
            made.add(row.getString("device_id"));
        }
        return made;
    }

    static Batch lock(SqlConnection c, long id) {
        return one(c.preparedQuery(LOCK).execute(Tuple.of(id)).await(), id);
    }

    /**
     * @param state CONFIRMED, or STOCKING when that is yet to be done
     */
    static Batch confirm(SqlConnection c, long id, State state, Instant now) {
        Tuple values = Tuple.of(id, now.atOffset(ZoneOffset.UTC), state.name());
        return one(c.preparedQuery(CONFIRM).execute(values).await(), id);
    }

    /** Some of its devices that weren't yet: device_id, tenant, gateway_id. */
    static RowSet<Row> confirmDevices(
            SqlConnection c, long id, @Nullable String gateway, int limit) {
        return c.preparedQuery(CONFIRM_DEVICES).execute(Tuple.of(id, gateway, limit)).await();
    }

    /** One that is being made or stocked and that nobody else works at, locked. */
    static @Nullable Batch inWork(SqlConnection c, Instant now) {
        for (Row row :
                c.preparedQuery(IN_WORK).execute(Tuple.of(now.atOffset(ZoneOffset.UTC))).await()) {
            return row(row);
        }
        return null;
    }

    static void progress(SqlConnection c, long id, int done, State state) {
        c.preparedQuery(PROGRESS).execute(Tuple.of(id, done, state.name())).await();
    }

    static void putOff(SqlConnection c, long id, Instant until) {
        c.preparedQuery(PUT_OFF).execute(Tuple.of(id, until.atOffset(ZoneOffset.UTC))).await();
    }

    static Batch update(SqlConnection c, long id, String remark) {
        return one(c.preparedQuery(UPDATE).execute(Tuple.of(id, remark)).await(), id);
    }

    static void delete(SqlConnection c, long id) {
        c.preparedQuery(DELETE_DEVICES).execute(Tuple.of(id)).await();
        c.preparedQuery(DELETE).execute(Tuple.of(id)).await();
    }

    /** device_id, device_name, device_secret (sealed), product_key. */
    static RowSet<Row> credentials(SqlConnection c, long id, String after, int limit) {
        return c.preparedQuery(CREDENTIALS).execute(Tuple.of(id, after, limit)).await();
    }

    static Batch detail(SqlConnection c, long id) {
        for (Row row : c.preparedQuery(DETAIL).execute(Tuple.of(id)).await()) {
            return batch(row, row.getLong("activated"), row.getLong("online"));
        }
        throw Rejected.notFound("batch " + id);
    }

    static Page<Batch> list(SqlConnection c, Scope scope, ListBatches q) {
        return Rows.page(
                c,
                COLUMNS,
                FILTERED,
                "batch_id DESC",
                Paging.of(q.page(), q.pageSize(), q.limit(), q.offset()),
                Arrays.asList(scope.path(), q.name(), q.batchNo(), q.productId()),
                BatchStore::row);
    }

    private static Batch one(RowSet<Row> rows, long id) {
        for (Row row : rows) {
            return row(row);
        }
        throw Rejected.notFound("batch " + id);
    }

    private static Batch row(Row row) {
        return batch(row, null, null);
    }

    private static Batch batch(Row row, @Nullable Long activated, @Nullable Long online) {
        Instant confirmed = Rows.maybeInstant(row, "confirmed_at");
        State state = State.valueOf(row.getString("state"));
        return new Batch(
                row.getLong("batch_id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("batch_no"),
                row.getLong("product_id"),
                row.getInteger("amount"),
                row.getString("remark"),
                confirmed != null,
                state,
                state == State.MAKING ? row.getInteger("done") : row.getInteger("amount"),
                state == State.CONFIRMED
                        ? row.getInteger("amount")
                        : state == State.STOCKING ? row.getInteger("done") : 0,
                activated,
                online,
                Rows.instant(row, "created_at"),
                confirmed);
    }
}
