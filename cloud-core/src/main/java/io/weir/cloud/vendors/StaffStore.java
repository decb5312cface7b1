package io.weir.cloud.vendors;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.vendors.StaffOps.DataScope;
import io.weir.api.vendors.StaffOps.ListStaff;
import io.weir.api.vendors.StaffOps.Staff;
import io.weir.api.vendors.StaffOps.StaffRole;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SQL of staff and of custom roles. A tenant's staff is its own: not of those below. */
final class StaffStore {
    private static final String FILTER =
            """
            WHERE s.tenant = $1 AND ($2::text IS NULL OR strpos(lower(s.name), lower($2)) > 0)
                AND ($3::text IS NULL OR s.role = $3)
            """;
    private static final String COUNT = "SELECT count(*) FROM vendors.staff s " + FILTER;
    private static final String LIST =
            "SELECT s.* FROM vendors.staff s " + FILTER + " ORDER BY s.uid LIMIT $4 OFFSET $5";
    private static final String GET =
            "SELECT s.* FROM vendors.staff s WHERE s.uid = $1 AND s.tenant = $2";
    private static final String LOCKED = GET + " FOR UPDATE";
    private static final String ANYWHERE = "SELECT s.* FROM vendors.staff s WHERE s.uid = $1";
    private static final String PUT =
            """
            INSERT INTO vendors.staff (uid, tenant, login, name, role, role_id, state, area_vid, own, remark, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (uid) DO UPDATE SET name = excluded.name, role = excluded.role, role_id = excluded.role_id,
                state = excluded.state, area_vid = excluded.area_vid, own = excluded.own, remark = excluded.remark
            """;
    private static final String REMOVE = "DELETE FROM vendors.staff WHERE uid = $1";
    private static final String ROLES =
            "SELECT * FROM vendors.staff_role WHERE tenant = $1 ORDER BY id LIMIT 200";
    private static final String ROLE =
            "SELECT * FROM vendors.staff_role WHERE tenant = $1 AND id = $2 FOR UPDATE";
    private static final String ADD_ROLE =
            """
            INSERT INTO vendors.staff_role (tenant, name, operations, menus, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tenant, name) DO NOTHING RETURNING id
            """;
    private static final String SET_ROLE =
            "UPDATE vendors.staff_role SET name = $2, operations = $3, menus = $4 WHERE id = $1";
    private static final String NAMED =
            "SELECT id FROM vendors.staff_role WHERE tenant = $1 AND name = $2";
    private static final String REMOVE_ROLE = "DELETE FROM vendors.staff_role WHERE id = $1";
    private static final String WITH_ROLE = "SELECT uid FROM vendors.staff WHERE role_id = $1";

    private StaffStore() {}

    static Page<Staff> list(SqlConnection c, Scope scope, ListStaff q) {
        return Paged.read(
                c,
                COUNT,
                LIST,
                Tuple.from(Arrays.asList(scope.path(), q.name(), q.role())),
                q.limit(),
                q.offset(),
                StaffStore::staff);
    }

    static @Nullable Staff get(SqlConnection c, Scope scope, String uid) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(uid, scope.path())).await()) {
            return staff(row);
        }
        return null;
    }

    /** As {@link #get}, and nobody else changes it meanwhile. */
    static @Nullable Staff locked(SqlConnection c, Scope scope, String uid) {
        for (Row row : c.preparedQuery(LOCKED).execute(Tuple.of(uid, scope.path())).await()) {
            return staff(row);
        }
        return null;
    }

    /** Of whichever tenant. */
    static @Nullable Staff anywhere(SqlConnection c, String uid) {
        for (Row row : c.preparedQuery(ANYWHERE).execute(Tuple.of(uid)).await()) {
            return staff(row);
        }
        return null;
    }

    static void put(SqlConnection c, String tenant, Staff s) {
        c.preparedQuery(PUT)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        s.uid(),
                                        tenant,
                                        s.user(),
                                        s.name(),
                                        s.role(),
                                        s.roleId(),
                                        s.state(),
                                        s.areaVid(),
                                        s.dataScope() == DataScope.OWN,
                                        s.remark(),
                                        s.regTms().atOffset(ZoneOffset.UTC))))
                .await();
    }

    static void remove(SqlConnection c, String uid) {
        c.preparedQuery(REMOVE).execute(Tuple.of(uid)).await();
    }

    static List<StaffRole> roles(SqlConnection c, Scope scope) {
        List<StaffRole> roles = new ArrayList<>();
        c.preparedQuery(ROLES)
                .execute(Tuple.of(scope.path()))
                .await()
                .forEach(row -> roles.add(role(row)));
        return roles;
    }

    static @Nullable StaffRole role(SqlConnection c, Scope scope, long id) {
        for (Row row : c.preparedQuery(ROLE).execute(Tuple.of(scope.path(), id)).await()) {
            return role(row);
        }
        return null;
    }

    /** Null when the name is taken. */
    static @Nullable Long addRole(SqlConnection c, Scope scope, StaffRole r, Instant now) {
        for (Row row :
                c.preparedQuery(ADD_ROLE)
                        .execute(
                                Tuple.of(
                                        scope.path(),
                                        r.name(),
                                        r.operations().toArray(String[]::new),
                                        r.menus().toArray(String[]::new),
                                        now.atOffset(ZoneOffset.UTC)))
                        .await()) {
            return row.getLong(0);
        }
        return null;
    }

    static @Nullable Long named(SqlConnection c, Scope scope, String name) {
        for (Row row : c.preparedQuery(NAMED).execute(Tuple.of(scope.path(), name)).await()) {
            return row.getLong(0);
        }
        return null;
    }

    static void setRole(SqlConnection c, long id, StaffRole r) {
        c.preparedQuery(SET_ROLE)
                .execute(
                        Tuple.of(
                                id,
                                r.name(),
                                r.operations().toArray(String[]::new),
                                r.menus().toArray(String[]::new)))
                .await();
    }

    static void removeRole(SqlConnection c, long id) {
        c.preparedQuery(REMOVE_ROLE).execute(Tuple.of(id)).await();
    }

    /** Who has a custom role. */
    static List<String> having(SqlConnection c, long roleId) {
        List<String> uids = new ArrayList<>();
        c.preparedQuery(WITH_ROLE)
                .execute(Tuple.of(roleId))
                .await()
                .forEach(row -> uids.add(row.getString(0)));
        return uids;
    }

    private static Staff staff(Row row) {
        return new Staff(
                row.getString("uid"),
                row.getString("login"),
                row.getString("name"),
                row.getString("role"),
                row.getLong("role_id"),
                row.getInteger("state"),
                row.getString("area_vid"),
                row.getBoolean("own") ? DataScope.OWN : DataScope.BELOW,
                row.getString("remark"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static StaffRole role(Row row) {
        return new StaffRole(
                row.getLong("id"),
                row.getString("name"),
                false,
                List.of(row.getArrayOfStrings("operations")),
                List.of(row.getArrayOfStrings("menus")));
    }
}
