package io.weir.cloud.vendors;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** SQL of tenants as businesses: profile, standing, and which secrets there are. */
final class VendorStore {
    private static final String SELECT = "SELECT t.* FROM vendors.tenant t ";
    private static final String GET = SELECT + " WHERE t.id = $1 AND starts_with(t.tenant, $2)";
    private static final String LOCKED = GET + " FOR UPDATE OF t";
    private static final String AT = SELECT + " WHERE t.tenant = $1 AND t.closed_at IS NULL";
    private static final String FILTER =
            """
            WHERE t.tenant ~>=~ $1::text AND t.tenant ~<~ (left($1::text, -1) || '0') AND t.tenant <> $2 AND t.kind = ANY ($3) AND t.closed_at IS NULL
                AND ($4::text IS NULL OR strpos(lower(t.name), lower($4)) > 0) AND ($5::int IS NULL OR t.state = $5)
                AND ($6::text IS NULL OR starts_with(t.area, $6)) AND ($7::bool IS NULL OR t.signed = $7)
            """;
    private static final String COUNT = "SELECT count(*) FROM vendors.tenant t " + FILTER;
    private static final String SET =
            """
            UPDATE vendors.tenant SET name = $2, abbv = $3, logo = $4, domain = $5, contact = $6, mobile = $7, wechat = $8,
                email = $9, area = $10, address = $11, remark = $12, mp_gid = $13, mp_appid = $14, mch_gid = $15,
                mch_appid = $16, state = $17, signed = $18, modules = $19, owner = $20, owner_uid = $21, zone = $22
            WHERE id = $1
            """;
    private static final String CLOSE =
            "UPDATE vendors.tenant SET closed_at = $2, state = 0 WHERE starts_with(tenant, $1) AND"
                    + " closed_at IS NULL";
    private static final String DROP = "DELETE FROM vendors.tenant WHERE id = $1";
    private static final String CHILDREN =
            "SELECT EXISTS (SELECT 1 FROM vendors.tenant WHERE parent = $1 AND closed_at IS NULL)";
    private static final String SETTINGS =
            "SELECT service_phone, service_hours, notice FROM vendors.tenant WHERE id = $1";
    private static final String SET_SETTINGS =
            "UPDATE vendors.tenant SET service_phone = $2, service_hours = $3, notice = $4 WHERE id"
                    + " = $1";

    /**
     * @param closedAt since when it is closed
     */
    record Kept(
            Vendor vendor, String parent, @Nullable String ownerUid, @Nullable Instant closedAt) {
        Kept with(Vendor other) {
            return new Kept(other, parent, ownerUid, closedAt);
        }

        Kept owned(String uid) {
            return new Kept(vendor, parent, uid, closedAt);
        }
    }

    record Shown(String servicePhone, String serviceHours, String notice) {}

    private VendorStore() {}

    static @Nullable Kept get(SqlConnection c, Scope scope, String vid) {
        return one(c, GET, Tuple.of(vid, scope.path()));
    }

    static @Nullable Kept locked(SqlConnection c, Scope scope, String vid) {
        return one(c, LOCKED, Tuple.of(vid, scope.path()));
    }

    static @Nullable Kept at(SqlConnection c, String path) {
        return one(c, AT, Tuple.of(path));
    }

    /**
     * Those below the scope, itself not.
     *
     * @param sort a column of {@code vendors.tenant}, never a client's text
     */
    static Page<Vendor> list(
            SqlConnection c,
            Scope scope,
            List<String> kinds,
            @Nullable String name,
            @Nullable Integer state,
            @Nullable String area,
            @Nullable Boolean signed,
            String sort,
            boolean descending,
            int limit,
            int offset) {
        String direction = descending ? " DESC" : " ASC";
        return Paged.read(
                c,
                COUNT,
                SELECT
                        + FILTER
                        + " ORDER BY t."
                        + sort
                        + direction
                        + ", t.id"
                        + direction
                        + " LIMIT $8 OFFSET $9",
                Tuple.from(
                        Arrays.asList(
                                scope.path(),
                                scope.path(),
                                kinds.toArray(String[]::new),
                                name,
                                state,
                                area,
                                signed)),
                limit,
                offset,
                row -> kept(row).vendor());
    }

    /** All that may change. */
    static void set(SqlConnection c, Kept k) {
        Vendor v = k.vendor();
        List<String> modules = v.modules();
        c.preparedQuery(SET)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        v.id(),
                                        v.name(),
                                        v.abbv(),
                                        v.logo(),
                                        v.domain(),
                                        v.contact(),
                                        v.mobile(),
                                        v.wechat(),
                                        v.email(),
                                        v.area(),
                                        v.address(),
                                        v.remark(),
                                        v.mpGid(),
                                        v.mpAppid(),
                                        v.mchGid(),
                                        v.mchAppid(),
                                        v.state(),
                                        v.signed(),
                                        modules == null ? null : modules.toArray(String[]::new),
                                        v.user(),
                                        k.ownerUid(),
                                        v.zone())))
                .await();
    }

    /** With everything below it. */
    static void close(SqlConnection c, String path, Instant now) {
        c.preparedQuery(CLOSE).execute(Tuple.of(path, now.atOffset(ZoneOffset.UTC))).await();
    }

    /** One that nobody has ever seen. */
    static void drop(SqlConnection c, String vid) {
        c.preparedQuery(DROP).execute(Tuple.of(vid)).await();
    }

    static boolean hasChildren(SqlConnection c, String path) {
        return c.preparedQuery(CHILDREN)
                .execute(Tuple.of(path))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    static Shown settings(SqlConnection c, String vid) {
        Row row = c.preparedQuery(SETTINGS).execute(Tuple.of(vid)).await().iterator().next();
        return new Shown(row.getString(0), row.getString(1), row.getString(2));
    }

    static void setSettings(SqlConnection c, String vid, Shown s) {
        c.preparedQuery(SET_SETTINGS)
                .execute(Tuple.of(vid, s.servicePhone(), s.serviceHours(), s.notice()))
                .await();
    }

    private static @Nullable Kept one(SqlConnection c, String sql, Tuple values) {
        for (Row row : c.preparedQuery(sql).execute(values).await()) {
            return kept(row);
        }
        return null;
    }

    private static Kept kept(Row row) {
        String[] modules = row.getArrayOfStrings("modules");
        OffsetDateTime closed = row.getOffsetDateTime("closed_at");
        return new Kept(
                new Vendor(
                        row.getString("id"),
                        row.getString("id"),
                        row.getString("tenant"),
                        row.getString("kind"),
                        row.getString("name"),
                        row.getString("zone"),
                        row.getInteger("state"),
                        row.getInteger("type"),
                        row.getBoolean("signed"),
                        row.getString("owner"),
                        row.getString("abbv"),
                        row.getString("logo"),
                        row.getString("domain"),
                        row.getString("contact"),
                        row.getString("mobile"),
                        row.getString("wechat"),
                        row.getString("email"),
                        row.getString("area"),
                        row.getString("address"),
                        row.getString("remark"),
                        row.getString("mp_gid"),
                        row.getString("mp_appid"),
                        row.getBoolean("mp_secret_set"),
                        row.getString("mch_gid"),
                        row.getString("mch_appid"),
                        row.getBoolean("mch_secret_set"),
                        modules == null ? null : List.of(modules),
                        row.getOffsetDateTime("created_at").toInstant()),
                row.getString("parent"),
                row.getString("owner_uid"),
                closed == null ? null : closed.toInstant());
    }
}
