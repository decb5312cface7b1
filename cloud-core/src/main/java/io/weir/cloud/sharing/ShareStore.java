package io.weir.cloud.sharing;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.How;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.api.sharing.SharingOps.Binding;
import io.weir.api.sharing.SharingOps.Share;
import io.weir.api.sharing.SharingOps.Usable;
import io.weir.api.sharing.SharingOps.User;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** SQL of bindings and shares. */
final class ShareStore {
    static final List<Right> ALL = List.of(Right.values());
    private static final String BIND =
            """
            INSERT INTO sharing.binding (device_id, tenant, uid, bound_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (device_id) DO NOTHING
            """;
    private static final String BINDING =
            "SELECT device_id, tenant, uid, bound_at FROM sharing.binding WHERE device_id = $1 AND"
                    + " starts_with(tenant, $2)";
    private static final String LOCKED = BINDING + " FOR UPDATE";
    private static final String UNBIND = "DELETE FROM sharing.binding WHERE device_id = $1";
    private static final String HELD = "SELECT count(*) FROM sharing.binding WHERE uid = $1";
    private static final String ADD =
            """
            INSERT INTO sharing.share (device_id, tenant, owner_uid, rights, code_hash, expires_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *
            """;
    private static final String OF_DEVICE =
            "SELECT * FROM sharing.share WHERE device_id = $1 AND starts_with(tenant, $2) AND"
                    + " ($3::text IS NULL OR uid = $3) ORDER BY id LIMIT 200";
    private static final String COUNT_OF_DEVICE =
            "SELECT count(*) FROM sharing.share WHERE device_id = $1";
    private static final String BY_ID =
            "SELECT * FROM sharing.share WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String BY_CODE =
            "SELECT * FROM sharing.share WHERE code_hash = $1 AND starts_with(tenant, $2) AND"
                    + " (expires_at IS NULL OR expires_at > $3) FOR UPDATE";

    /** Who had a share gets the new one in its place. */
    private static final String DROP_OLD =
            "DELETE FROM sharing.share WHERE device_id = $1 AND uid = $2";

    private static final String ACCEPT =
            "UPDATE sharing.share SET uid = $2, code_hash = NULL, accepted_at = $3 WHERE id = $1"
                    + " RETURNING *";
    private static final String REMOVE = "DELETE FROM sharing.share WHERE id = $1";
    private static final String ACCESS =
            """
            SELECT 'HOLDER' AS how, uid, NULL::text[] AS rights FROM sharing.binding WHERE device_id = $1
            UNION ALL
            SELECT 'SHARE', uid, rights FROM sharing.share
            WHERE device_id = $1 AND uid = $2 AND (expires_at IS NULL OR expires_at > $3)
            UNION ALL
            SELECT 'GROUP', m.uid, NULL FROM sharing.grp_device d JOIN sharing.grp_member m USING (grp_id)
            WHERE d.device_id = $1 AND m.uid = $2
            """;
    private static final String USABLE =
            """
            FROM (
                SELECT device_id, 'HOLDER' AS how, NULL::text[] AS rights, NULL::bigint AS grp_id, NULL::timestamptz AS expires_at
                FROM sharing.binding WHERE uid = $1 AND starts_with(tenant, $2)
                UNION ALL
                SELECT device_id, 'SHARE', rights, NULL, expires_at FROM sharing.share
                WHERE uid = $1 AND starts_with(tenant, $2) AND (expires_at IS NULL OR expires_at > $3)
                UNION ALL
                SELECT d.device_id, 'GROUP', NULL, d.grp_id, NULL FROM sharing.grp_device d JOIN sharing.grp_member m USING (grp_id)
                JOIN sharing.binding b ON b.device_id = d.device_id
                WHERE m.uid = $1 AND b.uid <> $1 AND starts_with(b.tenant, $2)) u
            """;
    private static final String USERS =
            """
            FROM (
                SELECT uid, 'HOLDER' AS how, NULL::text[] AS rights, NULL::timestamptz AS expires_at
                FROM sharing.binding WHERE device_id = $1 AND starts_with(tenant, $2)
                UNION ALL
                SELECT uid, 'SHARE', rights, expires_at FROM sharing.share
                WHERE device_id = $1 AND uid IS NOT NULL AND starts_with(tenant, $2) AND (expires_at IS NULL OR expires_at > $3)
                UNION ALL
                SELECT m.uid, 'GROUP', NULL, NULL FROM sharing.grp_device d JOIN sharing.grp_member m USING (grp_id)
                JOIN sharing.binding b ON b.device_id = d.device_id
                WHERE d.device_id = $1 AND b.uid <> m.uid AND starts_with(b.tenant, $2)) u
            """;
    private static final String COUNT =
            """
            SELECT (SELECT count(*) FROM sharing.binding b WHERE b.uid = asked.uid)
            FROM unnest($1::text[]) WITH ORDINALITY AS asked (uid, n) ORDER BY n
            """;
    private static final String USERS_OF =
            """
            SELECT b.device_id, b.uid, coalesce(array_agg(s.uid ORDER BY s.id) FILTER (WHERE s.uid IS NOT NULL), '{}') AS guests
            FROM sharing.binding b LEFT JOIN sharing.share s ON s.device_id = b.device_id AND s.uid IS NOT NULL
                AND (s.expires_at IS NULL OR s.expires_at > $2)
            WHERE b.device_id = ANY ($1) GROUP BY b.device_id, b.uid
            """;
    private static final String VIEWABLE =
            """
            SELECT device_id FROM sharing.binding WHERE uid = $1
            UNION
            SELECT device_id FROM sharing.share
            WHERE NOT $2::boolean AND uid = $1 AND 'VIEW' = ANY (rights) AND (expires_at IS NULL OR expires_at > $3)
            UNION
            SELECT d.device_id FROM sharing.grp_device d JOIN sharing.grp_member m USING (grp_id)
            WHERE NOT $2::boolean AND m.uid = $1
            """;
    private static final String DROP_EXPIRED =
            "DELETE FROM sharing.share WHERE device_id = $1 AND expires_at <= $2";

    /** Their groups go to who was in them first, or with them. */
    private static final String[] FORGET_MEMBER = {
        "DELETE FROM sharing.binding WHERE uid = $1",
        "DELETE FROM sharing.share WHERE uid = $1",
        "DELETE FROM sharing.grp_member WHERE uid = $1",
        """
        UPDATE sharing.grp g SET owner_uid = (
            SELECT m.uid FROM sharing.grp_member m WHERE m.grp_id = g.id ORDER BY m.joined_at, m.uid LIMIT 1)
        WHERE g.owner_uid = $1 AND EXISTS (SELECT 1 FROM sharing.grp_member m WHERE m.grp_id = g.id)
        """,
        "DELETE FROM sharing.grp WHERE owner_uid = $1"
    };

    record Bound(Binding binding, String tenant) {}

    private static final String ALONE =
            "SELECT pg_advisory_xact_lock(hashtext('sharing.member'), hashtext($1))";

    private ShareStore() {}

    /** One deed of a member after another: none slips past a limit beside another. */
    static void alone(SqlConnection c, String uid) {
        c.preparedQuery(ALONE).execute(Tuple.of(uid)).await();
    }

    /** False when it is bound already, to whomever. */
    static boolean bind(SqlConnection c, String device, String tenant, String uid, Instant now) {
        return c.preparedQuery(BIND)
                        .execute(Tuple.of(device, tenant, uid, at(now)))
                        .await()
                        .rowCount()
                == 1;
    }

    static @Nullable Bound binding(SqlConnection c, Scope scope, String device) {
        return bound(c, BINDING, scope, device);
    }

    /** So that nobody shares what is being unbound. */
    static @Nullable Bound locked(SqlConnection c, Scope scope, String device) {
        return bound(c, LOCKED, scope, device);
    }

    static void unbind(SqlConnection c, String device) {
        c.preparedQuery(UNBIND).execute(Tuple.of(device)).await();
    }

    static int held(SqlConnection c, String uid) {
        return number(c, HELD, uid);
    }

    /** Those that are over make room first. */
    static int shares(SqlConnection c, String device, Instant now) {
        c.preparedQuery(DROP_EXPIRED).execute(Tuple.of(device, at(now))).await();
        return number(c, COUNT_OF_DEVICE, device);
    }

    static Share add(
            SqlConnection c,
            Bound bound,
            List<Right> rights,
            byte[] codeHash,
            @Nullable Instant expires,
            Instant now) {
        Binding b = bound.binding();
        return all(
                        c,
                        ADD,
                        now,
                        Arrays.asList(
                                b.deviceId(),
                                bound.tenant(),
                                b.uid(),
                                rights.stream().map(Enum::name).toArray(String[]::new),
                                Buffer.buffer(codeHash),
                                expires == null ? null : at(expires),
                                at(now)))
                .getFirst();
    }

    /**
     * @param guest null = all
     */
    static List<Share> of(
            SqlConnection c, Scope scope, String device, @Nullable String guest, Instant now) {
        return all(c, OF_DEVICE, now, Arrays.asList(device, scope.path(), guest));
    }

    static @Nullable Share byId(SqlConnection c, Scope scope, long id, Instant now) {
        List<Share> found = all(c, BY_ID, now, Arrays.asList(id, scope.path()));
        return found.isEmpty() ? null : found.getFirst();
    }

    static @Nullable Share offered(SqlConnection c, Scope scope, byte[] codeHash, Instant now) {
        List<Share> found =
                all(c, BY_CODE, now, Arrays.asList(Buffer.buffer(codeHash), scope.path(), at(now)));
        return found.isEmpty() ? null : found.getFirst();
    }

    static Share accept(SqlConnection c, Share offer, String uid, Instant now) {
        c.preparedQuery(DROP_OLD).execute(Tuple.of(offer.deviceId(), uid)).await();
        return all(c, ACCEPT, now, Arrays.asList(offer.shareId(), uid, at(now))).getFirst();
    }

    static void remove(SqlConnection c, long id) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id)).await();
    }

    /** The most that any of the ways gives. */
    static Access access(SqlConnection c, String device, String uid, Instant now) {
        boolean bound = false;
        How how = How.NONE;
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (Row row : c.preparedQuery(ACCESS).execute(Tuple.of(device, uid, at(now))).await()) {
            How way = How.valueOf(row.getString("how"));
            bound |= way == How.HOLDER;
            if (row.getString("uid").equals(uid)) {
                how = how == How.NONE ? way : how;
                rights.addAll(rights(row));
            }
        }
        return new Access(bound, how, rights);
    }

    static Page<Usable> usable(
            SqlConnection c, Scope scope, String uid, int limit, int offset, Instant now) {
        return Paged.read(
                c,
                "SELECT count(*) " + USABLE,
                "SELECT * " + USABLE + " ORDER BY device_id, how LIMIT $4 OFFSET $5",
                Tuple.of(uid, scope.path(), at(now)),
                limit,
                offset,
                row ->
                        new Usable(
                                row.getString("device_id"),
                                How.valueOf(row.getString("how")),
                                rights(row),
                                row.getLong("grp_id"),
                                time(row, "expires_at")));
    }

    static Page<User> users(
            SqlConnection c, Scope scope, String device, int limit, int offset, Instant now) {
        return Paged.read(
                c,
                "SELECT count(*) " + USERS,
                "SELECT * " + USERS + " ORDER BY how, uid LIMIT $4 OFFSET $5",
                Tuple.of(device, scope.path(), at(now)),
                limit,
                offset,
                row ->
                        new User(
                                row.getString("uid"),
                                How.valueOf(row.getString("how")),
                                rights(row),
                                time(row, "expires_at")));
    }

    static List<SharingApi.Users> usersOf(SqlConnection c, List<String> devices, Instant now) {
        List<SharingApi.Users> users = new ArrayList<>();
        Tuple values = Tuple.of(devices.toArray(String[]::new), at(now));
        for (Row row : c.preparedQuery(USERS_OF).execute(values).await()) {
            users.add(
                    new SharingApi.Users(
                            row.getString("device_id"),
                            row.getString("uid"),
                            List.of(row.getArrayOfStrings("guests"))));
        }
        return users;
    }

    /** Bounded by what a member may hold, be given and bring to groups. */
    static List<String> viewable(SqlConnection c, String uid, boolean heldOnly, Instant now) {
        List<String> ids = new ArrayList<>();
        c.preparedQuery(VIEWABLE)
                .execute(Tuple.of(uid, heldOnly, at(now)))
                .await()
                .forEach(row -> ids.add(row.getString(0)));
        return ids;
    }

    static List<Integer> counts(SqlConnection c, List<String> uids) {
        List<Integer> counts = new ArrayList<>();
        c.preparedQuery(COUNT)
                .execute(Tuple.of(uids.toArray(String[]::new)))
                .await()
                .forEach(row -> counts.add(row.getInteger(0)));
        return counts;
    }

    static void forgetMember(SqlConnection c, String uid) {
        for (String sql : FORGET_MEMBER) {
            c.preparedQuery(sql).execute(Tuple.of(uid)).await();
        }
    }

    private static @Nullable Bound bound(SqlConnection c, String sql, Scope scope, String device) {
        for (Row row : c.preparedQuery(sql).execute(Tuple.of(device, scope.path())).await()) {
            return new Bound(
                    new Binding(
                            row.getString("device_id"),
                            row.getString("uid"),
                            row.getOffsetDateTime("bound_at").toInstant()),
                    row.getString("tenant"));
        }
        return null;
    }

    private static int number(SqlConnection c, String sql, String key) {
        return c.preparedQuery(sql).execute(Tuple.of(key)).await().iterator().next().getInteger(0);
    }

    private static List<Share> all(
            SqlConnection c, String sql, Instant now, List<@Nullable Object> values) {
        List<Share> shares = new ArrayList<>();
        c.preparedQuery(sql)
                .execute(Tuple.from(values))
                .await()
                .forEach(row -> shares.add(share(row, now)));
        return shares;
    }

    private static Share share(Row row, Instant now) {
        Instant expires = time(row, "expires_at");
        String uid = row.getString("uid");
        boolean over = expires != null && !expires.isAfter(now);
        return new Share(
                row.getLong("id"),
                row.getString("device_id"),
                row.getString("owner_uid"),
                uid,
                rights(row),
                over ? "EXPIRED" : uid == null ? "OFFERED" : "ACCEPTED",
                expires,
                null,
                row.getOffsetDateTime("created_at").toInstant());
    }

    /** Holders and groups have them all. */
    private static List<Right> rights(Row row) {
        String[] names = row.getArrayOfStrings("rights");
        return names == null ? ALL : Arrays.stream(names).map(Right::valueOf).toList();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant time(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at == null ? null : at.toInstant();
    }
}
