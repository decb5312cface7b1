package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ota.CampaignOps.GroupPlan;
import io.weir.api.ota.PackageOps.FirmwarePackage;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** SQL of making a campaign: whom it is for, its rows. */
final class TargetStore {
    private static final String SIFT =
            """
            SELECT d.id, v.version IS DISTINCT FROM $4 AND (cardinality($5::text[]) = 0 OR v.version = ANY ($5))
                    AND (cardinality($6::text[]) = 0 OR v.version = ANY ($6)) AS fit,
                EXISTS (SELECT 1 FROM ota.upgrade u WHERE u.device_id = d.id AND u.module = $3 AND u.active) AS busy
            FROM unnest($1::text[], $2::text[]) AS d(id, tenant)
            LEFT JOIN ota.module_version v ON v.device_id = d.id AND v.tenant = d.tenant AND v.module = $3
            ORDER BY d.id
            """;
    private static final String CAMPAIGN =
            """
            INSERT INTO ota.campaign (id, tenant, package_id, product_key, module, version, name, state, created_by, opened,
                tolerated, allowed_s, start_at, end_at, window_from, window_to, window_zone, devices, skipped, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'WAITING', $8, 0, 0, $9, $10, $11, $12, $13, $14, 0, 0, $15)
            """;
    private static final String GROUP =
            """
            INSERT INTO ota.campaign_group (campaign_id, tenant, number, percent, success_percent, error_percent)
            VALUES ($1, $2, $3, $4, $5, $6)
            """;

    /** A device that another campaign has taken meanwhile is left out. */
    private static final String DEVICES =
            """
            INSERT INTO ota.upgrade (campaign_id, device_id, tenant, module, number, state, percent, attempt, active, updated_at)
            SELECT $1, d.id, $2, $3, $4, 'SCHEDULED', 0, 1, true, $6 FROM unnest($5::text[]) AS d(id)
            ON CONFLICT DO NOTHING
            """;

    private static final String COUNTED =
            "UPDATE ota.campaign SET devices = $2, skipped = $3 WHERE id = $1";

    private TargetStore() {}

    /**
     * @param devices that would be upgraded
     * @param unfit how many have the version already, or none that may be upgraded
     * @param busy how many are in another campaign
     */
    record Sifted(List<String> devices, int unfit, int busy) {}

    /**
     * @param tenants the devices' owners, in the same order
     * @param versions only these; empty = all
     */
    static Sifted sift(
            SqlConnection c,
            List<String> devices,
            List<String> tenants,
            FirmwarePackage firmware,
            List<String> versions) {
        Tuple args =
                Tuple.tuple()
                        .addArrayOfString(devices.toArray(String[]::new))
                        .addArrayOfString(tenants.toArray(String[]::new))
                        .addString(firmware.module())
                        .addString(firmware.version())
                        .addArrayOfString(firmware.sourceVersions().toArray(String[]::new))
                        .addArrayOfString(versions.toArray(String[]::new));
        List<String> left = new ArrayList<>();
        int unfit = 0;
        int busy = 0;
        for (Row row : c.preparedQuery(SIFT).execute(args).await()) {
            // NULL of an unknown version is no yes
            if (!Boolean.TRUE.equals(row.getBoolean("fit"))) {
                unfit++;
            } else if (row.getBoolean("busy")) {
                busy++;
            } else {
                left.add(row.getString("id"));
            }
        }
        return new Sifted(left, unfit, busy);
    }

    /** What a campaign is made of. */
    record Plan(
            String id,
            String name,
            String by,
            int allowedS,
            @Nullable Instant startAt,
            @Nullable Instant endAt,
            @Nullable Window window,
            List<GroupPlan> groups,
            Instant now) {}

    /** How many devices it has. */
    static int insert(
            SqlConnection c, Plan plan, FirmwarePackage firmware, List<List<String>> devices) {
        Window window = plan.window();
        c.preparedQuery(CAMPAIGN)
                .execute(
                        Tuple.tuple()
                                .addString(plan.id())
                                .addString(firmware.tenant())
                                .addString(firmware.packageId())
                                .addString(firmware.productKey())
                                .addString(firmware.module())
                                .addString(firmware.version())
                                .addString(plan.name())
                                .addString(plan.by())
                                .addInteger(plan.allowedS())
                                .addOffsetDateTime(time(plan.startAt()))
                                .addOffsetDateTime(time(plan.endAt()))
                                .addLocalTime(window == null ? null : window.from())
                                .addLocalTime(window == null ? null : window.to())
                                .addString(window == null ? null : window.zone().getId())
                                .addOffsetDateTime(UpgradeStore.at(plan.now())))
                .await();
        int count = 0;
        for (int number = 0; number < devices.size(); number++) {
            GroupPlan group = plan.groups().get(number);
            c.preparedQuery(GROUP)
                    .execute(
                            Tuple.of(
                                    plan.id(),
                                    firmware.tenant(),
                                    number,
                                    group.percent(),
                                    group.successPercent(),
                                    group.errorPercent()))
                    .await();
            Tuple args =
                    Tuple.tuple()
                            .addString(plan.id())
                            .addString(firmware.tenant())
                            .addString(firmware.module())
                            .addInteger(number)
                            .addArrayOfString(devices.get(number).toArray(String[]::new))
                            .addOffsetDateTime(UpgradeStore.at(plan.now()));
            count += c.preparedQuery(DEVICES).execute(args).await().rowCount();
        }
        return count;
    }

    static void counted(SqlConnection c, String id, int devices, int skipped) {
        c.preparedQuery(COUNTED).execute(Tuple.of(id, devices, skipped)).await();
    }

    private static java.time.@Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : UpgradeStore.at(instant);
    }
}
