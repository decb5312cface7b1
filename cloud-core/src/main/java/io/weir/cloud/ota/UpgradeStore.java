package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.ota.Upgrade.Reason;
import io.weir.cloud.ota.Upgrade.State;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** SQL of devices within campaigns. Rows are locked in the order of their devices. */
final class UpgradeStore {
    private static final String HELD =
            """
            SELECT u.campaign_id, u.tenant, u.module, c.version, c.allowed_s, u.active,
                u.number < c.opened AND c.state IN ('RUNNING', 'PAUSED') AS open,
                u.device_id, u.number, u.state, u.percent, u.attempt, u.pushed_at, u.reason, u.due_at, u.words, u.updated_at
            FROM ota.upgrade u JOIN ota.campaign c ON c.id = u.campaign_id
            """;
    private static final String ACTIVE =
            HELD + "WHERE u.active AND u.device_id = ANY ($1) ORDER BY u.device_id FOR UPDATE OF u";
    private static final String ONE =
            HELD + "WHERE u.active AND u.campaign_id = $1 AND u.device_id = $2 FOR UPDATE OF u";
    private static final String UNENDED =
            HELD
                    + "WHERE u.campaign_id = $1 AND u.state IN ('SCHEDULED', 'NOTIFIED',"
                    + " 'DOWNLOADING', 'VERIFYING') ORDER BY u.device_id FOR UPDATE OF u";

    /** Without those that another campaign has taken since. */
    private static final String FAILED =
            HELD
                    + """
                    WHERE u.campaign_id = $1 AND u.state = 'FAILED' AND (u.active OR NOT EXISTS (
                        SELECT 1 FROM ota.upgrade o WHERE o.device_id = u.device_id AND o.module = u.module AND o.active))
                    ORDER BY u.device_id FOR UPDATE OF u
                    """;

    private static final String LATE =
            HELD
                    + """
                    WHERE u.active AND u.state IN ('NOTIFIED', 'DOWNLOADING', 'VERIFYING')
                        AND u.pushed_at + make_interval(secs => c.allowed_s) <= $1
                    ORDER BY u.device_id LIMIT $2 FOR UPDATE OF u SKIP LOCKED
                    """;
    private static final String DUE =
            HELD
                    + """
                    WHERE u.active AND u.due_at <= $1 AND u.campaign_id = ANY ($2) AND c.state = 'RUNNING'
                        AND u.number < c.opened
                    ORDER BY u.due_at LIMIT $3
                    """;
    private static final String SAVE =
            """
            UPDATE ota.upgrade u SET state = n.state, percent = n.percent, attempt = n.attempt, pushed_at = n.pushed_at,
                reason = n.reason, due_at = n.due_at, words = n.words, active = n.active, updated_at = n.updated_at
            FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::timestamptz[], $7::text[],
                    $8::timestamptz[], $9::text[], $10::boolean[], $11::timestamptz[])
                AS n(campaign_id, device_id, state, percent, attempt, pushed_at, reason, due_at, words, active, updated_at)
            WHERE u.campaign_id = n.campaign_id AND u.device_id = n.device_id
            """;
    private static final String OPEN_GROUPS =
            """
            UPDATE ota.upgrade SET due_at = $4, updated_at = $4
            WHERE campaign_id = $1 AND number >= $2 AND number < $3 AND state = 'SCHEDULED'
            """;
    private static final String TOLD =
            """
            UPDATE ota.upgrade SET due_at = $4 WHERE campaign_id = $1 AND device_id = $2 AND due_at = $3
            """;
    private static final String CLOSE =
            "UPDATE ota.upgrade SET active = false, due_at = NULL WHERE campaign_id = $1 AND"
                    + " active";
    private static final String MOVED =
            HELD
                    + """
                    JOIN unnest($1::text[], $2::text[]) AS d(id, tenant) ON d.id = u.device_id
                    WHERE u.active AND NOT starts_with(d.tenant, u.tenant) ORDER BY u.device_id FOR UPDATE OF u
                    """;

    private UpgradeStore() {}

    /** Of these devices, locked. */
    static List<Held> active(SqlConnection c, Collection<String> devices) {
        return held(c, ACTIVE, Tuple.of(devices.toArray(String[]::new)));
    }

    static @Nullable Held one(SqlConnection c, String campaign, String device) {
        List<Held> found = held(c, ONE, Tuple.of(campaign, device));
        return found.isEmpty() ? null : found.getFirst();
    }

    static List<Held> unended(SqlConnection c, String campaign) {
        return held(c, UNENDED, Tuple.of(campaign));
    }

    static List<Held> failed(SqlConnection c, String campaign) {
        return held(c, FAILED, Tuple.of(campaign));
    }

    /** Those whose time is up; others that look at the same moment get others. */
    static List<Held> late(SqlConnection c, Instant now, int limit) {
        return held(c, LATE, Tuple.of(at(now), limit));
    }

    /** Whom to tell something now, not locked. */
    static List<Held> due(SqlConnection c, List<String> campaigns, Instant now, int limit) {
        return held(c, DUE, Tuple.of(at(now), campaigns.toArray(String[]::new), limit));
    }

    /** Of these devices those that are in a campaign of who doesn't own them any more. */
    static List<Held> moved(SqlConnection c, List<String> devices, List<String> tenants) {
        Tuple args =
                Tuple.tuple()
                        .addArrayOfString(devices.toArray(String[]::new))
                        .addArrayOfString(tenants.toArray(String[]::new));
        return held(c, MOVED, args);
    }

    static void save(SqlConnection c, Collection<Held> all) {
        if (all.isEmpty()) {
            return;
        }
        c.preparedQuery(SAVE)
                .execute(
                        Tuple.tuple()
                                .addArrayOfString(texts(all, Held::campaignId))
                                .addArrayOfString(texts(all, h -> h.upgrade().deviceId()))
                                .addArrayOfString(texts(all, h -> h.upgrade().state().name()))
                                .addArrayOfInteger(numbers(all, h -> h.upgrade().percent()))
                                .addArrayOfInteger(numbers(all, h -> h.upgrade().attempt()))
                                .addArrayOfOffsetDateTime(times(all, h -> h.upgrade().pushedAt()))
                                .addArrayOfString(texts(all, UpgradeStore::reason))
                                .addArrayOfOffsetDateTime(times(all, Held::dueAt))
                                .addArrayOfString(texts(all, Held::words))
                                .addArrayOfBoolean(
                                        all.stream().map(Held::active).toArray(Boolean[]::new))
                                .addArrayOfOffsetDateTime(times(all, Held::updatedAt)))
                .await();
    }

    /** The devices of these groups are told from now on. */
    static void openGroups(SqlConnection c, String campaign, int from, int to, Instant now) {
        if (from < to) {
            c.preparedQuery(OPEN_GROUPS).execute(Tuple.of(campaign, from, to, at(now))).await();
        }
    }

    /**
     * When to tell the device next, unless something else was decided meanwhile.
     *
     * @param seen what was decided before
     */
    static void told(SqlConnection c, Held held, Instant seen, @Nullable Instant next) {
        Tuple args =
                Tuple.tuple()
                        .addString(held.campaignId())
                        .addString(held.upgrade().deviceId())
                        .addOffsetDateTime(at(seen))
                        .addOffsetDateTime(next == null ? null : at(next));
        c.preparedQuery(TOLD).execute(args).await();
    }

    /** The campaign is over: its devices may be in another one. */
    static void close(SqlConnection c, String campaign) {
        c.preparedQuery(CLOSE).execute(Tuple.of(campaign)).await();
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at == null ? null : at.toInstant();
    }

    private static @Nullable String reason(Held held) {
        Reason reason = held.upgrade().reason();
        return reason == null ? null : reason.name();
    }

    private static @Nullable String[] texts(
            Collection<Held> all, Function<Held, @Nullable String> of) {
        return all.stream().map(of).toArray(String[]::new);
    }

    private static Integer[] numbers(Collection<Held> all, Function<Held, Integer> of) {
        return all.stream().map(of).toArray(Integer[]::new);
    }

    private static @Nullable OffsetDateTime[] times(
            Collection<Held> all, Function<Held, @Nullable Instant> of) {
        return all.stream()
                .map(of)
                .map(instant -> instant == null ? null : at(instant))
                .toArray(OffsetDateTime[]::new);
    }

    private static List<Held> held(SqlConnection c, String sql, Tuple args) {
        List<Held> found = new ArrayList<>();
        c.preparedQuery(sql).execute(args).await().forEach(row -> found.add(held(row)));
        return found;
    }

    private static Held held(Row row) {
        String reason = row.getString("reason");
        return new Held(
                row.getString("campaign_id"),
                row.getString("tenant"),
                row.getString("module"),
                row.getString("version"),
                Duration.ofSeconds(row.getInteger("allowed_s")),
                row.getBoolean("open"),
                row.getBoolean("active"),
                new Upgrade(
                        row.getString("device_id"),
                        row.getInteger("number"),
                        State.valueOf(row.getString("state")),
                        row.getInteger("percent"),
                        row.getInteger("attempt"),
                        instant(row, "pushed_at"),
                        reason == null ? null : Reason.valueOf(reason)),
                instant(row, "due_at"),
                row.getString("words"),
                row.getOffsetDateTime("updated_at").toInstant());
    }
}
