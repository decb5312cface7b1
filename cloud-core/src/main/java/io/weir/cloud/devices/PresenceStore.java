package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.PresenceChanged;
import io.weir.cloud.devices.PresenceFlow.Presence;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SQL of presence; all of it as weir_system. */
final class PresenceStore {
    private static final String BOOT =
            "SELECT boot FROM devices.gateway_boot WHERE gateway_id = $1 AND lane_partition = $2";
    private static final String SET_BOOT =
            """
            INSERT INTO devices.gateway_boot (gateway_id, lane_partition, boot) VALUES ($1, $2, $3)
            ON CONFLICT (gateway_id, lane_partition) DO UPDATE SET boot = excluded.boot
            """;
    private static final String ONLINE_AT =
            """
            SELECT device_id FROM devices.presence WHERE gateway_id = $1 AND lane_partition = $2 AND online
            """;
    private static final String LOAD =
            """
            SELECT d.device_id, d.tenant, d.gateway_id AS assigned, s.online, s.epoch, s.gateway_id, s.boot, s.connection,
                s.lane_partition, s.online_at, s.offline_at
            FROM devices.device d LEFT JOIN devices.presence s USING (device_id)
            WHERE d.device_id = ANY ($1) ORDER BY d.device_id
            """;
    private static final String SAVE =
            """
            INSERT INTO devices.presence (device_id, tenant, online, epoch, gateway_id, boot, connection, lane_partition,
                online_at, offline_at)
            SELECT u.device_id, d.tenant, u.online, u.epoch, u.gateway_id, u.boot, u.connection, u.lane_partition,
                u.online_at, u.offline_at
            FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::int[],
                    $8::timestamptz[], $9::timestamptz[])
                AS u (device_id, online, epoch, gateway_id, boot, connection, lane_partition, online_at, offline_at)
            JOIN devices.device d USING (device_id)
            ON CONFLICT (device_id) DO UPDATE SET tenant = excluded.tenant, online = excluded.online,
                epoch = excluded.epoch, gateway_id = excluded.gateway_id, boot = excluded.boot,
                connection = excluded.connection, lane_partition = excluded.lane_partition,
                online_at = excluded.online_at, offline_at = excluded.offline_at
            """;
    private static final String ACTIVATE =
            """
            UPDATE devices.device d SET activated_at = u.at
            FROM unnest($1::text[], $2::timestamptz[]) AS u (device_id, at)
            WHERE d.device_id = u.device_id AND d.activated_at IS NULL
            """;
    private static final String TOLD =
            "SELECT device_id, tenant, online FROM devices.presence WHERE device_id = ANY ($1)";

    private PresenceStore() {}

    /**
     * @param assigned the gateway it is assigned to now
     */
    record Known(@Nullable String assigned, @Nullable Presence presence) {}

    static @Nullable String boot(SqlConnection c, String gateway, int partition) {
        for (Row row : c.preparedQuery(BOOT).execute(Tuple.of(gateway, partition)).await()) {
            return row.getString("boot");
        }
        return null;
    }

    static void setBoot(SqlConnection c, String gateway, int partition, String boot) {
        c.preparedQuery(SET_BOOT).execute(Tuple.of(gateway, partition, boot)).await();
    }

    static Set<String> onlineAt(SqlConnection c, String gateway, int partition) {
        Set<String> ids = new HashSet<>();
        for (Row row : c.preparedQuery(ONLINE_AT).execute(Tuple.of(gateway, partition)).await()) {
            ids.add(row.getString("device_id"));
        }
        return ids;
    }

    /**
     * Of those that exist. A device's facts come in one partition, so nobody else writes its row.
     */
    static Map<String, Known> load(SqlConnection c, Collection<String> ids) {
        Map<String, Known> known = new HashMap<>();
        Tuple values = Tuple.of(ids.toArray(String[]::new));
        for (Row row : c.preparedQuery(LOAD).execute(values).await()) {
            known.put(
                    row.getString("device_id"),
                    new Known(row.getString("assigned"), presence(row)));
        }
        return known;
    }

    static void save(SqlConnection c, Map<String, Presence> changed) {
        int n = changed.size();
        String[] ids = changed.keySet().stream().sorted().toArray(String[]::new);
        Boolean[] online = new Boolean[n];
        Long[] epoch = new Long[n];
        String[] gateway = new String[n];
        String[] boot = new String[n];
        Long[] connection = new Long[n];
        Integer[] partition = new Integer[n];
        OffsetDateTime[] onlineAt = new OffsetDateTime[n];
        OffsetDateTime[] offlineAt = new OffsetDateTime[n];
        for (int i = 0; i < n; i++) {
            Presence p = changed.get(ids[i]);
            if (p == null) {
                throw new IllegalStateException("no presence of " + ids[i]);
            }
            online[i] = p.online();
            epoch[i] = p.epoch();
            gateway[i] = p.gateway();
            boot[i] = p.boot();
            connection[i] = p.connection();
            partition[i] = p.partition();
            onlineAt[i] = Rows.timestamp(p.onlineAt());
            offlineAt[i] = Rows.timestamp(p.offlineAt());
        }
        c.preparedQuery(SAVE)
                .execute(
                        Tuple.tuple()
                                .addArrayOfString(ids)
                                .addArrayOfBoolean(online)
                                .addArrayOfLong(epoch)
                                .addArrayOfString(gateway)
                                .addArrayOfString(boot)
                                .addArrayOfLong(connection)
                                .addArrayOfInteger(partition)
                                .addArrayOfOffsetDateTime(onlineAt)
                                .addArrayOfOffsetDateTime(offlineAt))
                .await();
        c.preparedQuery(ACTIVATE)
                .execute(Tuple.tuple().addArrayOfString(ids).addArrayOfOffsetDateTime(onlineAt))
                .await();
    }

    /** What to tell whoever shows presence live. */
    static List<PresenceChanged> told(SqlConnection c, Collection<String> ids) {
        List<PresenceChanged> told = new ArrayList<>();
        Tuple values = Tuple.of(ids.toArray(String[]::new));
        for (Row row : c.preparedQuery(TOLD).execute(values).await()) {
            told.add(
                    new PresenceChanged(
                            row.getString("device_id"),
                            row.getString("tenant"),
                            row.getBoolean("online")));
        }
        return told;
    }

    private static @Nullable Presence presence(Row row) {
        Boolean online = row.getBoolean("online");
        return online == null
                ? null
                : new Presence(
                        online,
                        row.getLong("epoch"),
                        row.getString("gateway_id"),
                        row.getString("boot"),
                        row.getLong("connection"),
                        row.getInteger("lane_partition"),
                        Rows.maybeInstant(row, "online_at"),
                        Rows.maybeInstant(row, "offline_at"));
    }
}
