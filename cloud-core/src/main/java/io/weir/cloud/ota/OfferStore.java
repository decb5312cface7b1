package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ota.OtaApi.Offer;

import org.jspecify.annotations.Nullable;

/** SQL of what is on offer to a device. */
final class OfferStore {
    private static final String OFFER =
            """
            SELECT k.id, k.module, k.version, k.size, k.md5, k.sha256, k.diff, k.mqtt, k.stream_id, k.ext_data
            FROM ota.campaign c JOIN ota.package k ON k.id = c.package_id
            WHERE c.id = $1 AND k.size IS NOT NULL
            """;

    /** What is under way first, be the campaign paused; then the device's own firmware. */
    private static final String OF_DEVICE =
            """
            SELECT u.campaign_id, u.state <> 'SCHEDULED' AS told
            FROM ota.upgrade u JOIN ota.campaign c ON c.id = u.campaign_id
            WHERE u.active AND u.device_id = $1 AND starts_with($2, u.tenant) AND ($3::text IS NULL OR u.module = $3)
                AND u.number < c.opened AND (u.state = 'SCHEDULED' AND c.state = 'RUNNING'
                    OR u.state IN ('NOTIFIED', 'DOWNLOADING', 'VERIFYING') AND c.state IN ('RUNNING', 'PAUSED'))
            ORDER BY told DESC, u.module LIMIT 1
            """;

    /** A campaign that pauses doesn't cut off downloads. */
    private static final String FETCHES =
            """
            SELECT 1 FROM ota.upgrade u JOIN ota.campaign c ON c.id = u.campaign_id
            WHERE u.active AND u.device_id = $1 AND starts_with($2, u.tenant) AND c.package_id = $3
                AND u.state IN ('NOTIFIED', 'DOWNLOADING', 'VERIFYING') AND c.state IN ('RUNNING', 'PAUSED')
            LIMIT 1
            """;

    private OfferStore() {}

    /**
     * @param told the device knows of it already
     */
    record Open(String campaignId, boolean told) {}

    static @Nullable Offer offer(SqlConnection c, String campaign, String device) {
        for (Row row : c.preparedQuery(OFFER).execute(Tuple.of(campaign)).await()) {
            return new Offer(
                    device,
                    row.getString("id"),
                    row.getString("module"),
                    row.getString("version"),
                    row.getLong("size"),
                    row.getString("md5"),
                    row.getString("sha256"),
                    row.getBoolean("diff"),
                    row.getBoolean("mqtt"),
                    row.getLong("stream_id"),
                    row.getString("ext_data"));
        }
        return null;
    }

    /**
     * @param tenant the device's owner
     * @param module null = any
     */
    static @Nullable Open open(
            SqlConnection c, String device, String tenant, @Nullable String module) {
        Tuple args = Tuple.tuple().addString(device).addString(tenant).addString(module);
        for (Row row : c.preparedQuery(OF_DEVICE).execute(args).await()) {
            return new Open(row.getString("campaign_id"), row.getBoolean("told"));
        }
        return null;
    }

    static boolean fetches(SqlConnection c, String device, String tenant, String packageId) {
        return c.preparedQuery(FETCHES).execute(Tuple.of(device, tenant, packageId)).await().size()
                > 0;
    }
}
