package io.weir.cloud.sharing;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.sharing.GroupOps.Group;
import io.weir.api.sharing.GroupOps.GroupDevice;
import io.weir.api.sharing.GroupOps.GroupMember;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SQL of groups. */
final class GroupStore {
    private static final String SELECT =
            """
            SELECT g.*, (SELECT count(*) FROM sharing.grp_member m WHERE m.grp_id = g.id) AS members,
                (SELECT count(*) FROM sharing.grp_device d WHERE d.grp_id = g.id) AS devices
            FROM sharing.grp g
            """;

    /** A member sees the groups that they are in. */
    private static final String FILTER =
            """
            WHERE g.tenant ~>=~ $1::text AND g.tenant ~<~ (left($1::text, -1) || '0') AND ($2::text IS NULL OR EXISTS (
                    SELECT 1 FROM sharing.grp_member m WHERE m.grp_id = g.id AND m.uid = $2))
                AND ($3::text IS NULL OR strpos(lower(g.name), lower($3)) > 0)
                AND ($4::text IS NULL OR EXISTS (
                    SELECT 1 FROM sharing.grp_device d WHERE d.grp_id = g.id AND d.device_id = $4))
            """;

    private static final String GET =
            SELECT
                    + " WHERE g.id = $1 AND starts_with(g.tenant, $2) AND ($3::text IS NULL OR"
                    + " EXISTS (SELECT 1 FROM sharing.grp_member m WHERE m.grp_id = g.id AND m.uid"
                    + " = $3))";
    private static final String BY_CODE =
            SELECT + " WHERE g.code_hash = $1 AND starts_with(g.tenant, $2) FOR UPDATE OF g";
    private static final String LOCK = "SELECT 1 FROM sharing.grp WHERE id = $1 FOR UPDATE";
    private static final String ADD =
            """
            INSERT INTO sharing.grp (tenant, name, owner_uid, code_hash, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id
            """;
    private static final String OWNED = "SELECT count(*) FROM sharing.grp WHERE owner_uid = $1";
    private static final String SET =
            "UPDATE sharing.grp SET name = $2, owner_uid = $3 WHERE id = $1";
    private static final String SET_CODE = "UPDATE sharing.grp SET code_hash = $2 WHERE id = $1";
    private static final String REMOVE = "DELETE FROM sharing.grp WHERE id = $1";
    private static final String JOIN =
            """
            INSERT INTO sharing.grp_member (grp_id, uid, tenant, joined_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """;
    private static final String LEAVE =
            "DELETE FROM sharing.grp_member WHERE grp_id = $1 AND uid = $2";

    /** With who leaves go the devices that they brought. */
    private static final String TAKE_ALONG =
            "DELETE FROM sharing.grp_device WHERE grp_id = $1 AND added_by = $2";

    private static final String MEMBERS =
            "SELECT uid, joined_at FROM sharing.grp_member WHERE grp_id = $1 ORDER BY joined_at,"
                    + " uid LIMIT 200";
    private static final String ADD_DEVICE =
            """
            INSERT INTO sharing.grp_device (grp_id, device_id, tenant, added_by, added_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """;
    private static final String DEVICES =
            "SELECT device_id, added_by, added_at FROM sharing.grp_device WHERE grp_id = $1 ORDER"
                    + " BY added_at, device_id LIMIT 200";
    private static final String REMOVE_DEVICE =
            "DELETE FROM sharing.grp_device WHERE grp_id = $1 AND device_id = $2";

    private GroupStore() {}

    /**
     * @param member null = all of the scope
     */
    static Page<Group> list(
            SqlConnection c,
            Scope scope,
            @Nullable String member,
            @Nullable String name,
            @Nullable String device,
            int limit,
            int offset) {
        return Paged.read(
                c,
                "SELECT count(*) FROM sharing.grp g " + FILTER,
                SELECT + FILTER + " ORDER BY g.id LIMIT $5 OFFSET $6",
                Tuple.from(Arrays.asList(scope.path(), member, name, device)),
                limit,
                offset,
                GroupStore::group);
    }

    static @Nullable Group get(SqlConnection c, Scope scope, long id) {
        return one(c, GET, Tuple.from(Arrays.asList(id, scope.path(), scope.member())));
    }

    static @Nullable Group byCode(SqlConnection c, Scope scope, byte[] hash) {
        return one(c, BY_CODE, Tuple.of(Buffer.buffer(hash), scope.path()));
    }

    static void lock(SqlConnection c, long id) {
        c.preparedQuery(LOCK).execute(Tuple.of(id)).await();
    }

    static long add(
            SqlConnection c, String tenant, String name, String owner, byte[] hash, Instant now) {
        long id =
                c.preparedQuery(ADD)
                        .execute(Tuple.of(tenant, name, owner, Buffer.buffer(hash), at(now)))
                        .await()
                        .iterator()
                        .next()
                        .getLong(0);
        join(c, id, owner, tenant, now);
        return id;
    }

    static int owned(SqlConnection c, String uid) {
        return c.preparedQuery(OWNED)
                .execute(Tuple.of(uid))
                .await()
                .iterator()
                .next()
                .getInteger(0);
    }

    static void set(SqlConnection c, long id, String name, String owner) {
        c.preparedQuery(SET).execute(Tuple.of(id, name, owner)).await();
    }

    static void setCode(SqlConnection c, long id, byte[] hash) {
        c.preparedQuery(SET_CODE).execute(Tuple.of(id, Buffer.buffer(hash))).await();
    }

    static void remove(SqlConnection c, long id) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id)).await();
    }

    static void join(SqlConnection c, long id, String uid, String tenant, Instant now) {
        c.preparedQuery(JOIN).execute(Tuple.of(id, uid, tenant, at(now))).await();
    }

    /** False when they were not in it. */
    static boolean leave(SqlConnection c, long id, String uid) {
        c.preparedQuery(TAKE_ALONG).execute(Tuple.of(id, uid)).await();
        return c.preparedQuery(LEAVE).execute(Tuple.of(id, uid)).await().rowCount() == 1;
    }

    static List<GroupMember> members(SqlConnection c, Group group) {
        List<GroupMember> members = new ArrayList<>();
        c.preparedQuery(MEMBERS)
                .execute(Tuple.of(group.groupId()))
                .await()
                .forEach(
                        row ->
                                members.add(
                                        new GroupMember(
                                                row.getString("uid"),
                                                row.getString("uid").equals(group.ownerUid()),
                                                row.getOffsetDateTime("joined_at").toInstant())));
        return members;
    }

    static void addDevice(
            SqlConnection c, long id, String device, String tenant, String uid, Instant now) {
        c.preparedQuery(ADD_DEVICE).execute(Tuple.of(id, device, tenant, uid, at(now))).await();
    }

    static List<GroupDevice> devices(SqlConnection c, long id) {
        List<GroupDevice> devices = new ArrayList<>();
        c.preparedQuery(DEVICES)
                .execute(Tuple.of(id))
                .await()
                .forEach(
                        row ->
                                devices.add(
                                        new GroupDevice(
                                                row.getString("device_id"),
                                                row.getString("added_by"),
                                                row.getOffsetDateTime("added_at").toInstant())));
        return devices;
    }

    static void removeDevice(SqlConnection c, long id, String device) {
        c.preparedQuery(REMOVE_DEVICE).execute(Tuple.of(id, device)).await();
    }

    private static @Nullable Group one(SqlConnection c, String sql, Tuple values) {
        for (Row row : c.preparedQuery(sql).execute(values).await()) {
            return group(row);
        }
        return null;
    }

    private static Group group(Row row) {
        return new Group(
                row.getLong("id"),
                row.getString("name"),
                row.getString("owner_uid"),
                row.getInteger("members"),
                row.getInteger("devices"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
