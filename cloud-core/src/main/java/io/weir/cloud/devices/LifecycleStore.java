package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.LifecycleOps.ListSteps;
import io.weir.api.devices.LifecycleOps.Step;
import io.weir.cloud.devices.LifecycleFlow.State;
import io.weir.model.Page;

import java.util.List;

/** SQL of the lifecycle. */
final class LifecycleStore {
    private static final String STATE =
            """
            SELECT coalesce(lifecycle, CASE WHEN confirmed THEN 'STOCKED' ELSE 'PRODUCED' END) AS state
            FROM devices.device WHERE device_id = $1
            """;
    private static final String MOVE =
            """
            UPDATE devices.device SET lifecycle = $2,
                enabled_before = CASE WHEN $3 AND enabled_before IS NULL THEN enabled WHEN $3 THEN enabled_before END,
                enabled = NOT $3 AND coalesce(enabled_before, enabled)
            WHERE device_id = $1
            """;
    private static final String STEP =
            """
            INSERT INTO devices.lifecycle_step (device_id, tenant, from_state, to_state, reason, actor, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    private LifecycleStore() {}

    /** Under the lock of {@link DeviceStore#lock}. */
    static State state(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(STATE).execute(Tuple.of(id)).await()) {
            return State.valueOf(row.getString("state"));
        }
        throw DeviceStore.notFound(id);
    }

    static void move(SqlConnection c, String id, State to) {
        c.preparedQuery(MOVE).execute(Tuple.of(id, to.name(), to.halted())).await();
    }

    static void add(SqlConnection c, Step step) {
        c.preparedQuery(STEP)
                .execute(
                        Tuple.of(
                                step.deviceId(),
                                step.tenant(),
                                step.from(),
                                step.to(),
                                step.reason(),
                                step.actor(),
                                Rows.timestamp(step.at())))
                .await();
    }

    /** Those under an owner in the asker's scope: row-level security leaves the others out. */
    static Page<Step> history(SqlConnection c, ListSteps q) {
        return Rows.page(
                c,
                "*",
                "FROM devices.lifecycle_step WHERE device_id = $1",
                "step_id DESC",
                new Paging(q.limit(), q.offset()),
                List.of(q.deviceId()),
                row ->
                        new Step(
                                row.getString("device_id"),
                                row.getString("from_state"),
                                row.getString("to_state"),
                                row.getString("tenant"),
                                row.getString("reason"),
                                row.getString("actor"),
                                Rows.instant(row, "at")));
    }
}
