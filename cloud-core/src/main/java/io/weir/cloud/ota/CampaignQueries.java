package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ota.CampaignOps.Campaign;
import io.weir.api.ota.CampaignOps.DayWindow;
import io.weir.api.ota.CampaignOps.DeviceUpgrade;
import io.weir.api.ota.CampaignOps.GroupState;
import io.weir.api.ota.CampaignOps.ListCampaigns;
import io.weir.api.ota.CampaignOps.ListUpgrades;
import io.weir.api.ota.CampaignOps.ModuleVersion;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What people see of campaigns and of devices' versions. */
final class CampaignQueries {
    private static final String COLUMNS =
            """
            id, tenant, package_id, product_key, module, version, name, state, pause, created_by, approved_by, devices,
            skipped, opened, allowed_s, start_at, end_at, window_from, window_to, window_zone, created_at, ended_at
            """;
    private static final String GET =
            "SELECT " + COLUMNS + " FROM ota.campaign WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String FILTERED =
            "FROM ota.campaign WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR state = $2)";
    private static final String TOTAL = "SELECT count(*) " + FILTERED;
    private static final String LIST =
            "SELECT " + COLUMNS + FILTERED + " ORDER BY created_at DESC, id LIMIT $3 OFFSET $4";
    private static final String GROUPS =
            """
            SELECT g.percent, g.success_percent, g.error_percent,
                count(u.device_id) FILTER (WHERE u.state <> 'CANCELLED') AS devices,
                count(u.device_id) FILTER (WHERE u.state = 'SUCCEEDED') AS succeeded,
                count(u.device_id) FILTER (WHERE u.state = 'FAILED') AS failed
            FROM ota.campaign_group g LEFT JOIN ota.upgrade u ON u.campaign_id = g.campaign_id AND u.number = g.number
            WHERE g.campaign_id = $1
            GROUP BY g.number, g.percent, g.success_percent, g.error_percent ORDER BY g.number
            """;
    private static final String COUNTS =
            "SELECT state, count(*) FROM ota.upgrade WHERE campaign_id = $1 GROUP BY state";
    private static final String OF_CAMPAIGN =
            """
            FROM ota.upgrade
            WHERE campaign_id = $1 AND starts_with(tenant, $2) AND ($3::text IS NULL OR state = $3)
            """;
    private static final String UPGRADES_TOTAL = "SELECT count(*) " + OF_CAMPAIGN;
    private static final String UPGRADES =
            """
            SELECT device_id, number, state, percent, attempt, reason, words, pushed_at, updated_at
            """
                    + OF_CAMPAIGN
                    + " ORDER BY number, device_id LIMIT $4 OFFSET $5";
    private static final String VERSIONS =
            """
            SELECT module, version, told_at FROM ota.module_version
            WHERE device_id = $1 AND tenant = $2 ORDER BY module
            """;

    private CampaignQueries() {}

    /** With groups and counts; null when there is none in the scope. */
    static @Nullable Campaign get(SqlConnection c, Scope scope, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id, scope.path())).await()) {
            return view(row, groups(c, id), counts(c, id));
        }
        return null;
    }

    static Page<Campaign> list(SqlConnection c, Scope scope, ListCampaigns q) {
        Tuple filter = Tuple.from(Arrays.asList(scope.path(), q.state()));
        return Paged.read(
                c, TOTAL, LIST, filter, q.limit(), q.offset(), row -> view(row, null, null));
    }

    static Page<DeviceUpgrade> upgrades(SqlConnection c, Scope scope, ListUpgrades q) {
        Tuple filter = Tuple.from(Arrays.asList(q.campaignId(), scope.path(), q.state()));
        return Paged.read(
                c,
                UPGRADES_TOTAL,
                UPGRADES,
                filter,
                q.limit(),
                q.offset(),
                row ->
                        new DeviceUpgrade(
                                row.getString("device_id"),
                                row.getInteger("number") + 1,
                                row.getString("state"),
                                row.getInteger("percent"),
                                row.getInteger("attempt"),
                                row.getString("reason"),
                                row.getString("words"),
                                UpgradeStore.instant(row, "pushed_at"),
                                row.getOffsetDateTime("updated_at").toInstant()));
    }

    /**
     * @param tenant the device's owner
     */
    static List<ModuleVersion> versions(SqlConnection c, String device, String tenant) {
        List<ModuleVersion> found = new ArrayList<>();
        for (Row row : c.preparedQuery(VERSIONS).execute(Tuple.of(device, tenant)).await()) {
            found.add(
                    new ModuleVersion(
                            row.getString("module"),
                            row.getString("version"),
                            row.getOffsetDateTime("told_at").toInstant()));
        }
        return found;
    }

    private static List<GroupState> groups(SqlConnection c, String id) {
        List<GroupState> groups = new ArrayList<>();
        for (Row row : c.preparedQuery(GROUPS).execute(Tuple.of(id)).await()) {
            groups.add(
                    new GroupState(
                            row.getInteger("percent"),
                            row.getInteger("success_percent"),
                            row.getInteger("error_percent"),
                            row.getInteger("devices"),
                            row.getInteger("succeeded"),
                            row.getInteger("failed")));
        }
        return groups;
    }

    private static Map<String, Long> counts(SqlConnection c, String id) {
        Map<String, Long> counts = new TreeMap<>();
        for (Row row : c.preparedQuery(COUNTS).execute(Tuple.of(id)).await()) {
            counts.put(row.getString(0), row.getLong(1));
        }
        return counts;
    }

    private static Campaign view(
            Row row, @Nullable List<GroupState> groups, @Nullable Map<String, Long> counts) {
        Window window = CampaignStore.window(row);
        return new Campaign(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("package_id"),
                row.getString("product_key"),
                row.getString("module"),
                row.getString("version"),
                row.getString("name"),
                row.getString("state"),
                row.getString("pause"),
                row.getString("created_by"),
                row.getString("approved_by"),
                row.getInteger("devices"),
                row.getInteger("skipped"),
                row.getInteger("opened"),
                row.getInteger("allowed_s"),
                UpgradeStore.instant(row, "start_at"),
                UpgradeStore.instant(row, "end_at"),
                window == null
                        ? null
                        : new DayWindow(
                                window.from().toString(),
                                window.to().toString(),
                                window.zone().getId()),
                groups,
                counts,
                row.getOffsetDateTime("created_at").toInstant(),
                UpgradeStore.instant(row, "ended_at"));
    }
}
