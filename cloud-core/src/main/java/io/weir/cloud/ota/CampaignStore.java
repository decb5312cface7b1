package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.ota.Rollout.Group;
import io.weir.cloud.ota.Rollout.Pause;
import io.weir.cloud.ota.Rollout.State;
import io.weir.cloud.ota.Rollout.Tally;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** SQL of how campaigns go on; what people see of them is {@link CampaignQueries}. */
final class CampaignStore {
    private static final String KEPT =
            """
            SELECT id, tenant, package_id, state, created_by, approved_by, opened, pause, tolerated, start_at, end_at,
                window_from, window_to, window_zone
            FROM ota.campaign
            """;
    private static final String LOCK =
            KEPT + "WHERE id = $1 AND starts_with(tenant, $2) FOR UPDATE";
    private static final String SHARE = KEPT + "WHERE id = $1 FOR SHARE";
    private static final String OPEN =
            KEPT + "WHERE state IN ('APPROVED', 'RUNNING', 'PAUSED') ORDER BY id";
    private static final String SAVE =
            """
            UPDATE ota.campaign SET state = $2, approved_by = $3, opened = $4, pause = $5, tolerated = $6, ended_at = $7
            WHERE id = $1
            """;
    private static final String GROUPS =
            """
            SELECT success_percent, error_percent FROM ota.campaign_group WHERE campaign_id = $1 ORDER BY number
            """;
    private static final String TALLIES =
            """
            SELECT g.number,
                count(u.device_id) FILTER (WHERE u.state IN ('SCHEDULED', 'NOTIFIED', 'DOWNLOADING', 'VERIFYING')) AS open,
                count(u.device_id) FILTER (WHERE u.state = 'SUCCEEDED') AS succeeded,
                count(u.device_id) FILTER (WHERE u.state = 'FAILED') AS failed
            FROM ota.campaign_group g LEFT JOIN ota.upgrade u ON u.campaign_id = g.campaign_id AND u.number = g.number
            WHERE g.campaign_id = $1 GROUP BY g.number ORDER BY g.number
            """;

    private CampaignStore() {}

    /** Until the end of the transaction; null when there is none in the scope. */
    static @Nullable Kept lock(SqlConnection c, Scope scope, String id) {
        for (Row row : c.preparedQuery(LOCK).execute(Tuple.of(id, scope.path())).await()) {
            return kept(row);
        }
        return null;
    }

    /** Nobody changes it until the end of the transaction; others may look too. */
    static @Nullable Kept share(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(SHARE).execute(Tuple.of(id)).await()) {
            return kept(row);
        }
        return null;
    }

    /** Those that time may change, not locked. */
    static List<Kept> open(SqlConnection c) {
        List<Kept> found = new ArrayList<>();
        c.query(OPEN).execute().await().forEach(row -> found.add(kept(row)));
        return found;
    }

    static List<Group> groups(SqlConnection c, String id) {
        List<Group> groups = new ArrayList<>();
        for (Row row : c.preparedQuery(GROUPS).execute(Tuple.of(id)).await()) {
            groups.add(
                    new Group(row.getInteger("success_percent"), row.getInteger("error_percent")));
        }
        return groups;
    }

    /** One for each group. */
    static List<Tally> tallies(SqlConnection c, String id) {
        List<Tally> tallies = new ArrayList<>();
        for (Row row : c.preparedQuery(TALLIES).execute(Tuple.of(id)).await()) {
            tallies.add(
                    new Tally(
                            row.getInteger("open"),
                            row.getInteger("succeeded"),
                            row.getInteger("failed")));
        }
        return tallies;
    }

    /**
     * The campaign, and what follows for its devices: those of groups that opened are told, those
     * of a campaign that is over are free.
     *
     * @param before under {@link #lock}
     */
    static void save(SqlConnection c, Kept before, Rollout after, Instant now) {
        boolean over = after.state() == State.FINISHED || after.state() == State.CANCELLED;
        Pause pause = after.pause();
        c.preparedQuery(SAVE)
                .execute(
                        Tuple.tuple()
                                .addString(before.id())
                                .addString(after.state().name())
                                .addString(after.approvedBy())
                                .addInteger(after.opened())
                                .addString(pause == null ? null : pause.name())
                                .addInteger(after.tolerated())
                                .addOffsetDateTime(over ? UpgradeStore.at(now) : null))
                .await();
        UpgradeStore.openGroups(c, before.id(), before.rollout().opened(), after.opened(), now);
        if (over) {
            UpgradeStore.close(c, before.id());
        }
    }

    /** What ends a campaign by hand or by the clock ends its devices first. */
    static void cancel(SqlConnection c, Kept before, Rollout after, Instant now) {
        UpgradeStore.save(
                c,
                UpgradeStore.unended(c, before.id()).stream()
                        .map(
                                held ->
                                        held.with(
                                                UpgradeFlow.cancelled(
                                                        held.upgrade(),
                                                        Upgrade.Reason.CAMPAIGN_CANCELLED),
                                                now))
                        .toList());
        save(c, before, after, now);
    }

    private static Kept kept(Row row) {
        String pause = row.getString("pause");
        return new Kept(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("package_id"),
                new Rollout(
                        State.valueOf(row.getString("state")),
                        row.getString("created_by"),
                        row.getString("approved_by"),
                        row.getInteger("opened"),
                        pause == null ? null : Pause.valueOf(pause),
                        row.getInteger("tolerated")),
                UpgradeStore.instant(row, "start_at"),
                UpgradeStore.instant(row, "end_at"),
                window(row));
    }

    static @Nullable Window window(Row row) {
        LocalTime from = row.getLocalTime("window_from");
        return from == null
                ? null
                : new Window(
                        from,
                        row.getLocalTime("window_to"),
                        ZoneId.of(row.getString("window_zone")));
    }
}
