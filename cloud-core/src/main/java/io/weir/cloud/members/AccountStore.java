package io.weir.cloud.members;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.members.MemberOps.ListUsers;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.Weixin;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SQL of accounts and credentials. */
final class AccountStore {
    private static final String COLUMNS =
            " a.uid, a.tenant, a.vid, a.role, a.type, a.name, a.avatar, a.mobile, a.email, a.area,"
                    + " a.address, a.remark, a.state, a.rid, a.wx_open_id, a.wx_union_id,"
                    + " a.wx_nick, a.wx_avatar, a.wx_sex, a.wx_bound_at, a.leave_asked_at,"
                    + " a.closed_at, a.created_at ";
    private static final String WITH_HASH =
            "SELECT"
                    + COLUMNS
                    + ", c.hash FROM members.account a"
                    + " LEFT JOIN members.credential c USING (uid)";
    private static final String BY_NAME =
            WITH_HASH
                    + " WHERE lower(a.name) = lower($1) AND a.role <> 'MEMBER'"
                    + " AND a.closed_at IS NULL";
    private static final String BY_MOBILE =
            WITH_HASH + " WHERE a.vid = $1 AND a.mobile = $2 AND a.role = 'MEMBER'";
    private static final String BY_OPEN_ID = WITH_HASH + " WHERE a.vid = $1 AND a.wx_open_id = $2";
    private static final String WITH_HASH_BY_UID = WITH_HASH + " WHERE a.uid = $1 FOR UPDATE OF a";
    private static final String BY_UID =
            "SELECT"
                    + COLUMNS
                    + ", NULL AS hash FROM members.account a WHERE a.uid = $1"
                    + " AND starts_with(a.tenant, $2) AND ($3 = '' OR a.uid = $3)";
    private static final String REFERRERS =
            """
            WITH RECURSIVE up (uid, rid, level) AS (
                SELECT uid, rid, 0 FROM members.account WHERE uid = $1
                UNION ALL
                SELECT a.uid, a.rid, up.level + 1 FROM members.account a JOIN up ON a.uid = up.rid
                WHERE up.level < 3)
            SELECT uid FROM up WHERE level > 0 ORDER BY level
            """;

    /** However far up: whether $2 is above $1, or $1 itself. */
    private static final String ABOVE =
            """
            WITH RECURSIVE up (uid, rid) AS (
                SELECT uid, rid FROM members.account WHERE uid = $1
                UNION
                SELECT a.uid, a.rid FROM members.account a JOIN up ON a.uid = up.rid)
            SELECT EXISTS (SELECT 1 FROM up WHERE uid = $2)
            """;

    private static final String FILTER =
            """
            WHERE a.tenant ~>=~ $1::text AND a.tenant ~<~ (left($1::text, -1) || '0') AND a.closed_at IS NULL
                AND ($2::text IS NULL OR strpos(lower(a.name), lower($2)) > 0)
                AND ($3::text IS NULL OR strpos(a.mobile, $3) > 0)
                AND ($4::int IS NULL OR a.state = $4) AND ($5::text IS NULL OR a.role = $5)
                AND ($6::text IS NULL OR a.vid = $6) AND ($7::text IS NULL OR a.rid = $7)
                AND ($8::text IS NULL OR starts_with(a.area, $8))
                AND ($9::bool IS NULL OR (a.leave_asked_at IS NOT NULL) = $9)
            """;
    private static final String COUNT = "SELECT count(*) FROM members.account a " + FILTER;
    private static final String INSERT =
            """
            INSERT INTO members.account (uid, tenant, vid, role, name, mobile, state, rid, created_at)
            VALUES ($1 || lpad(upper(to_hex(nextval('members.account_number'))), 16, '0'),
                    $2, $3, $4, $5, $6, $7, $8, $9)
            RETURNING uid
            """;
    private static final String UPDATE =
            "UPDATE members.account SET name = $2, state = $3 WHERE uid = $1";
    private static final String RENAME = "UPDATE members.account SET name = $2 WHERE uid = $1";
    private static final String PROFILE =
            """
            UPDATE members.account SET name = $2, avatar = $3, mobile = $4, email = $5, area = $6, address = $7,
                remark = $8, state = $9, rid = $10 WHERE uid = $1
            """;
    private static final String SET_MOBILE =
            "UPDATE members.account SET mobile = $2 WHERE uid = $1";
    private static final String SET_PASSWORD =
            """
            INSERT INTO members.credential (uid, hash, changed_at) VALUES ($1, $2, $3)
            ON CONFLICT (uid) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
            """;
    private static final String SET_WEIXIN =
            """
            UPDATE members.account SET wx_open_id = $2, wx_union_id = $3, wx_nick = $4, wx_avatar = $5, wx_sex = $6,
                wx_bound_at = $7 WHERE uid = $1
            """;
    private static final String UNBIND =
            "INSERT INTO members.unbound (vid, open_id, at) VALUES ($1, $2, $3) ON CONFLICT DO"
                    + " NOTHING";
    private static final String REBIND =
            "DELETE FROM members.unbound WHERE vid = $1 AND open_id = $2";
    private static final String IS_UNBOUND =
            "SELECT EXISTS (SELECT 1 FROM members.unbound WHERE vid = $1 AND open_id = $2)";
    private static final String SET_LEAVE =
            "UPDATE members.account SET leave_asked_at = $2 WHERE uid = $1";

    /** What points at a person goes; number, vendor and referrer stay, for the books. */
    private static final String CLOSE =
            """
            UPDATE members.account SET name = '-', avatar = '', mobile = NULL, email = '', area = '', address = '',
                remark = '', state = 0, wx_open_id = NULL, wx_union_id = NULL, wx_nick = NULL, wx_avatar = NULL,
                wx_sex = NULL, wx_bound_at = NULL, leave_asked_at = NULL, closed_at = $2 WHERE uid = $1
            """;

    private static final String FORGET_PASSWORD = "DELETE FROM members.credential WHERE uid = $1";
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtext('members.account'))";

    private AccountStore() {}

    /** Platform, vendor, agent, dealer, partner, installer or staff; before a scope is known. */
    static @Nullable Account byName(SqlConnection c, String name) {
        return one(c.preparedQuery(BY_NAME).execute(Tuple.of(name)).await());
    }

    /** A member of a vendor; before a scope is known. */
    static @Nullable Account byMobile(SqlConnection c, String vid, String mobile) {
        return one(c.preparedQuery(BY_MOBILE).execute(Tuple.of(vid, mobile)).await());
    }

    static @Nullable Account byOpenId(SqlConnection c, String vid, String openId) {
        return one(c.preparedQuery(BY_OPEN_ID).execute(Tuple.of(vid, openId)).await());
    }

    static @Nullable Account byUid(SqlConnection c, Scope scope, String uid) {
        String member = scope.member() == null ? "" : scope.member();
        return one(c.preparedQuery(BY_UID).execute(Tuple.of(uid, scope.path(), member)).await());
    }

    /** With its hash and locked, as the system; the caller has checked the scope. */
    static @Nullable Account locked(SqlConnection c, String uid) {
        return one(c.preparedQuery(WITH_HASH_BY_UID).execute(Tuple.of(uid)).await());
    }

    static Page<Account> list(SqlConnection c, Scope scope, ListUsers q) {
        String order =
                switch (q.sort()) {
                    case "name" -> "a.name";
                    case "uid" -> "a.uid";
                    default -> "a.created_at";
                };
        String direction = q.order().equals("asc") ? " ASC" : " DESC";
        return Paged.read(
                c,
                COUNT,
                "SELECT"
                        + COLUMNS
                        + ", NULL AS hash FROM members.account a "
                        + FILTER
                        + " ORDER BY "
                        + order
                        + direction
                        + ", a.uid"
                        + direction
                        + " LIMIT $10 OFFSET $11",
                Tuple.from(
                        Arrays.asList(
                                scope.path(),
                                q.name(),
                                q.mobile(),
                                q.state(),
                                q.role() == null ? null : q.role().name(),
                                q.vid(),
                                q.rid(),
                                q.area(),
                                q.leaving())),
                q.limit(),
                q.offset(),
                AccountStore::account);
    }

    /** Up to three, nearest first. */
    static List<String> referrers(SqlConnection c, String uid) {
        List<String> uids = new ArrayList<>();
        c.preparedQuery(REFERRERS)
                .execute(Tuple.of(uid))
                .await()
                .forEach(row -> uids.add(row.getString(0)));
        return uids;
    }

    /** Whether {@code other} is above {@code uid} in the tree of referrers, or is it itself. */
    static boolean isAbove(SqlConnection c, String uid, String other) {
        return c.preparedQuery(ABOVE)
                .execute(Tuple.of(uid, other))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    /** Births and referrers one after another: two for one name or mobile make one account. */
    static void alone(SqlConnection c) {
        c.query(ALONE).execute().await();
    }

    static String insert(SqlConnection c, String code, PutAccount a, Instant now) {
        return c.preparedQuery(INSERT)
                .execute(
                        Tuple.of(
                                code,
                                a.tenant(),
                                a.vid(),
                                a.role().name(),
                                a.name(),
                                a.mobile(),
                                a.state(),
                                a.rid(),
                                at(now)))
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    static void update(SqlConnection c, String uid, String name, int state) {
        c.preparedQuery(UPDATE).execute(Tuple.of(uid, name, state)).await();
    }

    static void rename(SqlConnection c, String uid, String name) {
        c.preparedQuery(RENAME).execute(Tuple.of(uid, name)).await();
    }

    /** Everything that a profile may change. */
    static void setProfile(SqlConnection c, Account a) {
        c.preparedQuery(PROFILE)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        a.uid(),
                                        a.name(),
                                        a.avatar(),
                                        a.mobile(),
                                        a.email(),
                                        a.area(),
                                        a.address(),
                                        a.remark(),
                                        a.state(),
                                        a.rid())))
                .await();
    }

    static void setMobile(SqlConnection c, String uid, String mobile) {
        c.preparedQuery(SET_MOBILE).execute(Tuple.of(uid, mobile)).await();
    }

    static void setPassword(SqlConnection c, String uid, String hash, Instant now) {
        c.preparedQuery(SET_PASSWORD).execute(Tuple.of(uid, hash, at(now))).await();
    }

    static void setWeixin(SqlConnection c, String uid, @Nullable Weixin w) {
        c.preparedQuery(SET_WEIXIN)
                .execute(
                        Tuple.from(
                                w == null
                                        ? Arrays.asList(uid, null, null, null, null, null, null)
                                        : Arrays.asList(
                                                uid,
                                                w.openId(),
                                                w.unionId(),
                                                w.nick(),
                                                w.avatar(),
                                                w.sex(),
                                                at(w.sbcTms()))))
                .await();
    }

    static void unbind(SqlConnection c, String vid, String openId, Instant now) {
        c.preparedQuery(UNBIND).execute(Tuple.of(vid, openId, at(now))).await();
    }

    static void rebind(SqlConnection c, String vid, String openId) {
        c.preparedQuery(REBIND).execute(Tuple.of(vid, openId)).await();
    }

    static boolean isUnbound(SqlConnection c, String vid, String openId) {
        return c.preparedQuery(IS_UNBOUND)
                .execute(Tuple.of(vid, openId))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    static void setLeave(SqlConnection c, String uid, @Nullable Instant asked) {
        c.preparedQuery(SET_LEAVE)
                .execute(Tuple.from(Arrays.asList(uid, asked == null ? null : at(asked))))
                .await();
    }

    static void close(SqlConnection c, String uid, Instant now) {
        c.preparedQuery(CLOSE).execute(Tuple.of(uid, at(now))).await();
        c.preparedQuery(FORGET_PASSWORD).execute(Tuple.of(uid)).await();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Account one(RowSet<Row> rows) {
        for (Row row : rows) {
            return account(row);
        }
        return null;
    }

    private static Account account(Row row) {
        return new Account(
                row.getString("uid"),
                row.getString("tenant"),
                row.getString("vid"),
                Role.valueOf(row.getString("role")),
                row.getInteger("type"),
                row.getString("name"),
                row.getString("avatar"),
                row.getString("mobile"),
                row.getString("email"),
                row.getString("area"),
                row.getString("address"),
                row.getString("remark"),
                row.getInteger("state"),
                row.getString("rid"),
                weixin(row),
                time(row, "leave_asked_at"),
                time(row, "closed_at"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getString("hash"));
    }

    private static @Nullable Weixin weixin(Row row) {
        Instant bound = time(row, "wx_bound_at");
        return bound == null
                ? null
                : new Weixin(
                        row.getString("wx_nick"),
                        row.getString("wx_avatar"),
                        row.getInteger("wx_sex"),
                        bound,
                        row.getString("wx_open_id"),
                        row.getString("wx_union_id"));
    }

    private static @Nullable Instant time(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at == null ? null : at.toInstant();
    }
}
