package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.ChannelOps.Channel;
import io.weir.api.dispense.ChannelOps.Kind;
import io.weir.api.dispense.ChannelOps.ListChannels;
import io.weir.api.dispense.ChannelOps.OpenChannel;
import io.weir.api.dispense.ChannelOps.State;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/** The rows of {@code dispense.channel}, and what is left of them. */
final class ChannelStore {
    /** One dispense at a time is open at a device, so what is ordered is counted at most once. */
    private static final String COLUMNS =
            """
            c.*, (SELECT coalesce(sum(coalesce(d.end_ml, d.settled_ml, d.ordered_ml)), 0)::bigint
                  FROM dispense.dispense d WHERE d.channel = c.id AND d.state <> 'VOIDED') AS used_ml
            """;

    private static final String OPEN =
            """
            INSERT INTO dispense.channel (tenant, device_id, kind, uid, volume_ml, until, remark, opened_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *, 0::bigint AS used_ml
            """;
    private static final String FOR =
            """
             FROM dispense.channel c WHERE device_id = $1 AND starts_with(tenant, $2) AND ($3::text IS NULL OR uid = $3)
            """;
    private static final String LIVE =
            """
            SELECT %s FROM dispense.channel c
            WHERE device_id = $1 AND tenant = $2 AND kind = $3 AND uid IS NOT DISTINCT FROM $4 AND ended_at IS NULL AND until > $5
            ORDER BY until, id
            """
                    .formatted(COLUMNS);
    private static final String LOCK =
            """
            SELECT %s FROM dispense.channel c WHERE id = $1 AND ended_at IS NULL AND until > $2 FOR UPDATE OF c
            """
                    .formatted(COLUMNS);
    private static final String END =
            """
            UPDATE dispense.channel SET ended_at = $4
            WHERE id = $1 AND device_id = $2 AND starts_with(tenant, $3) AND ended_at IS NULL RETURNING tenant
            """;

    Channel open(
            SqlConnection tx, OpenChannel q, String tenant, Instant until, String by, Instant now) {
        Tuple values =
                Tuple.from(
                        Arrays.asList(
                                tenant,
                                q.deviceId(),
                                q.kind().name(),
                                q.userId(),
                                q.volumeMl(),
                                at(until),
                                q.remark() == null ? "" : q.remark(),
                                by,
                                at(now)));
        return channel(tx.preparedQuery(OPEN).execute(values).await().iterator().next(), now);
    }

    io.weir.model.Page<Channel> page(
            SqlConnection tx, Scope scope, ListChannels q, Paging paging, Instant now) {
        Tuple values = Tuple.from(Arrays.asList(q.deviceId(), scope.path(), scope.member()));
        return Paged.read(
                tx,
                "SELECT count(*)" + FOR,
                "SELECT " + COLUMNS + FOR + " ORDER BY id DESC LIMIT $4 OFFSET $5",
                values,
                paging.limit(),
                paging.offset(),
                row -> channel(row, now));
    }

    /**
     * The first to expire that the whole order fits into; null when there is none.
     *
     * @param member null: a channel of the vendor's own people
     */
    @Nullable Channel covering(
            SqlConnection tx,
            String device,
            String tenant,
            Kind kind,
            @Nullable String member,
            long ml,
            Instant now) {
        Tuple values = Tuple.from(Arrays.asList(device, tenant, kind.name(), member, at(now)));
        for (Row row : tx.preparedQuery(LIVE).execute(values).await()) {
            Channel channel = channel(row, now);
            if (channel.usedMl() + ml <= channel.volumeMl()) {
                return channel;
            }
        }
        return null;
    }

    /** The same once more under the channel's lock: two orders never share its last litre. */
    boolean admits(SqlConnection tx, long id, long ml, Instant now) {
        for (Row row : tx.preparedQuery(LOCK).execute(Tuple.of(id, at(now))).await()) {
            return row.getLong("used_ml") + ml <= row.getLong("volume_ml");
        }
        return false;
    }

    /** Whose it was; null when there is none that is open. */
    @Nullable String end(SqlConnection tx, Scope scope, String device, long id, Instant now) {
        Tuple values = Tuple.of(id, device, scope.path(), at(now));
        return Returned.tenant(tx.preparedQuery(END).execute(values).await());
    }

    private static Channel channel(Row row, Instant now) {
        Instant until = row.getOffsetDateTime("until").toInstant();
        long volume = row.getLong("volume_ml");
        long used = row.getLong("used_ml");
        State state =
                row.getValue("ended_at") != null
                        ? State.ENDED
                        : !until.isAfter(now)
                                ? State.EXPIRED
                                : used >= volume ? State.USED_UP : State.OPEN;
        return new Channel(
                row.getLong("id"),
                row.getString("device_id"),
                Kind.valueOf(row.getString("kind")),
                state,
                row.getString("uid"),
                volume,
                used,
                until,
                row.getString("remark"),
                row.getString("opened_by"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
