package io.weir.cloud.members;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of accounts and credentials. */
final class AccountStore {
    private static final String COLUMNS =
            " a.uid, a.tenant, a.vid, a.role, a.name, a.mobile, a.state, a.rid, a.created_at ";
    private static final String BY_NAME =
            "SELECT"
                    + COLUMNS
                    + ", c.hash FROM members.account a"
                    + " LEFT JOIN members.credential c USING (uid)"
                    + " WHERE lower(a.name) = lower($1) AND a.role <> 'MEMBER'";
    private static final String BY_MOBILE =
            "SELECT"
                    + COLUMNS
                    + ", c.hash FROM members.account a"
                    + " LEFT JOIN members.credential c USING (uid)"
                    + " WHERE a.vid = $1 AND a.mobile = $2 AND a.role = 'MEMBER'";
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
    private static final String INSERT =
            """
            INSERT INTO members.account (uid, tenant, vid, role, name, mobile, state, rid, created_at)
            VALUES ($1 || lpad(upper(to_hex(nextval('members.account_number'))), 16, '0'),
                    $2, $3, $4, $5, $6, $7, $8, $9)
            RETURNING uid
            """;
    private static final String UPDATE =
            "UPDATE members.account SET name = $2, state = $3 WHERE uid = $1";
    private static final String SET_PASSWORD =
            """
            INSERT INTO members.credential (uid, hash, changed_at) VALUES ($1, $2, $3)
            ON CONFLICT (uid) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
            """;
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtext('members.account'))";

    /**
     * @param hash of the password; null when there is none or it was not asked for
     */
    record Account(
            String uid,
            String tenant,
            @Nullable String vid,
            Role role,
            String name,
            @Nullable String mobile,
            int state,
            @Nullable String rid,
            Instant createdAt,
            @Nullable String hash) {
        boolean active() {
            return state == 2;
        }
    }

    private AccountStore() {}

    /** Platform, vendor, agent, dealer, partner, installer or staff; before a scope is known. */
    static @Nullable Account byName(SqlConnection c, String name) {
        return one(c.preparedQuery(BY_NAME).execute(Tuple.of(name)).await());
    }

    /** A member of a vendor; before a scope is known. */
    static @Nullable Account byMobile(SqlConnection c, String vid, String mobile) {
        return one(c.preparedQuery(BY_MOBILE).execute(Tuple.of(vid, mobile)).await());
    }

    static @Nullable Account byUid(SqlConnection c, io.weir.model.access.Scope scope, String uid) {
        String member = scope.member() == null ? "" : scope.member();
        return one(c.preparedQuery(BY_UID).execute(Tuple.of(uid, scope.path(), member)).await());
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

    /** Seeds run one after another: two of them for one name make one account. */
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
                                now.atOffset(ZoneOffset.UTC)))
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    static void update(SqlConnection c, String uid, String name, int state) {
        c.preparedQuery(UPDATE).execute(Tuple.of(uid, name, state)).await();
    }

    static void setPassword(SqlConnection c, String uid, String hash, Instant now) {
        c.preparedQuery(SET_PASSWORD)
                .execute(Tuple.of(uid, hash, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    private static @Nullable Account one(RowSet<Row> rows) {
        for (Row row : rows) {
            return new Account(
                    row.getString("uid"),
                    row.getString("tenant"),
                    row.getString("vid"),
                    Role.valueOf(row.getString("role")),
                    row.getString("name"),
                    row.getString("mobile"),
                    row.getInteger("state"),
                    row.getString("rid"),
                    row.getOffsetDateTime("created_at").toInstant(),
                    row.getString("hash"));
        }
        return null;
    }
}
