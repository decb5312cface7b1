package io.weir.cloud.vendors;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.vendors.VendorsApi.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of the tenant tree. */
final class TenantStore {
    private static final String AT =
            "SELECT id, tenant, kind, name, zone FROM vendors.tenant WHERE tenant = $1 AND"
                    + " closed_at IS NULL";
    private static final String ABOVE =
            """
            SELECT id, tenant, kind, name, zone FROM vendors.tenant
            WHERE starts_with($1, tenant) AND kind <> 'PARTNER' ORDER BY length(tenant)
            """;
    private static final String PARTNER =
            """
            SELECT id, tenant, kind, name, zone FROM vendors.tenant
            WHERE starts_with($1, parent) AND parent <> '/' AND kind = 'PARTNER' AND state = 2
            ORDER BY length(parent) DESC, created_at, id LIMIT 1
            """;
    private static final String ACTIVE_VENDOR =
            "SELECT id, tenant, kind, name, zone FROM vendors.tenant WHERE id = $1 AND kind ="
                    + " 'VENDOR' AND state = 2";
    private static final String INSERT =
            """
            INSERT INTO vendors.tenant (id, tenant, parent, kind, name, zone, state, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant) DO NOTHING
            """;

    private TenantStore() {}

    static @Nullable Tenant at(SqlConnection c, String path) {
        return one(c.preparedQuery(AT).execute(Tuple.of(path)).await());
    }

    static @Nullable Tenant activeVendor(SqlConnection c, String vid) {
        return one(c.preparedQuery(ACTIVE_VENDOR).execute(Tuple.of(vid)).await());
    }

    /** From the vendor down to the path. */
    static List<Tenant> above(SqlConnection c, String path) {
        List<Tenant> tenants = new ArrayList<>();
        c.preparedQuery(ABOVE)
                .execute(Tuple.of(path))
                .await()
                .forEach(row -> tenants.add(tenant(row)));
        return tenants;
    }

    /** The active partner nearest above the path; of several at one place the oldest. */
    static @Nullable Tenant partner(SqlConnection c, String path) {
        return one(c.preparedQuery(PARTNER).execute(Tuple.of(path)).await());
    }

    /** False when the place is taken. */
    static boolean create(SqlConnection c, Tenant t, String parent, int state, Instant now) {
        return c.preparedQuery(INSERT)
                        .execute(
                                Tuple.of(
                                        t.id(),
                                        t.path(),
                                        parent,
                                        t.kind(),
                                        t.name(),
                                        t.zone(),
                                        state,
                                        now.atOffset(ZoneOffset.UTC)))
                        .await()
                        .rowCount()
                == 1;
    }

    private static @Nullable Tenant one(RowSet<Row> rows) {
        for (Row row : rows) {
            return tenant(row);
        }
        return null;
    }

    private static Tenant tenant(Row row) {
        return new Tenant(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("kind"),
                row.getString("name"),
                row.getString("zone"));
    }
}
