package io.weir.cloud.rights;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.rights.Rights.Staff;
import io.weir.cloud.rights.Rights.Standing;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** SQL of rights: written in the transaction of the deed, as the system; read by the door. */
public final class RightsStore {
    /** Its row lock is what makes changes commit in the order of their versions. */
    private static final String BUMP = "UPDATE rights.version SET version = version + 1";

    private static final String VERSION = "SELECT version FROM rights.version";
    private static final String STANDINGS =
            "SELECT path, disabled, unsigned, modules FROM rights.standing WHERE disabled OR"
                    + " unsigned OR modules IS NOT NULL";
    private static final String STAFF =
            "SELECT uid, role, operations, areas, own FROM rights.staff";
    private static final String SET_STANDING =
            """
            INSERT INTO rights.standing (path, disabled, unsigned, modules) VALUES ($1, $2, $3, $4)
            ON CONFLICT (path) DO UPDATE SET disabled = excluded.disabled, unsigned = excluded.unsigned,
                modules = excluded.modules
            """;
    private static final String SET_STAFF =
            """
            INSERT INTO rights.staff (uid, role, operations) VALUES ($1, $2, $3)
            ON CONFLICT (uid) DO UPDATE SET role = excluded.role, operations = excluded.operations
            """;
    private static final String SET_AREA =
            "UPDATE rights.staff SET areas = $2, own = $3 WHERE uid = $1";
    private static final String DISABLED =
            "SELECT EXISTS (SELECT 1 FROM rights.standing WHERE disabled AND starts_with($1,"
                    + " path))";
    private static final String DROP_STAFF = "DELETE FROM rights.staff WHERE uid = $1";

    private RightsStore() {}

    /**
     * @param disabled its people are refused, its devices and members go on
     * @param unsigned its people may sign and nothing else
     * @param modules which it has; null = all
     */
    public static void setStanding(
            SqlConnection system,
            String path,
            boolean disabled,
            boolean unsigned,
            @Nullable Collection<String> modules) {
        bump(system);
        system.preparedQuery(SET_STANDING)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        path,
                                        disabled,
                                        unsigned,
                                        modules == null ? null : modules.toArray(String[]::new))))
                .await();
    }

    /**
     * @param operations of a custom role; null for a built-in one
     */
    public static void setStaff(
            SqlConnection system,
            String uid,
            String role,
            @Nullable Collection<String> operations) {
        bump(system);
        system.preparedQuery(SET_STAFF)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        uid,
                                        role,
                                        operations == null
                                                ? null
                                                : operations.toArray(String[]::new))))
                .await();
    }

    /**
     * @param path of the tenant below that they look after; null: all
     * @param own not what belongs to tenants below
     */
    public static void setArea(
            SqlConnection system, String uid, @Nullable String path, boolean own) {
        bump(system);
        String[] areas = path == null ? new String[0] : new String[] {path};
        system.preparedQuery(SET_AREA)
                .execute(Tuple.tuple().addValue(uid).addValue(areas).addValue(own))
                .await();
    }

    public static void dropStaff(SqlConnection system, String uid) {
        bump(system);
        system.preparedQuery(DROP_STAFF).execute(Tuple.of(uid)).await();
    }

    /** Whether the tenant at this path or one above it is disabled or closed. */
    public static boolean disabled(SqlConnection system, String path) {
        return system.preparedQuery(DISABLED)
                .execute(Tuple.of(path))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    /** Changes with everything that {@link Rights} keeps in memory. */
    static Future<Long> version(Pool system) {
        return system.query(VERSION).execute().map(rows -> rows.iterator().next().getLong(0));
    }

    /** Those that deviate from good standing with all modules. */
    static Future<Map<String, Standing>> standings(Pool system) {
        return system.query(STANDINGS)
                .execute()
                .map(
                        rows -> {
                            Map<String, Standing> standings = new HashMap<>();
                            rows.forEach(
                                    row ->
                                            standings.put(
                                                    row.getString("path"),
                                                    new Standing(
                                                            row.getBoolean("disabled"),
                                                            row.getBoolean("unsigned"),
                                                            set(
                                                                    row.getArrayOfStrings(
                                                                            "modules")))));
                            return standings;
                        });
    }

    static Future<Map<String, Staff>> staff(Pool system) {
        return system.query(STAFF)
                .execute()
                .map(
                        rows -> {
                            Map<String, Staff> staff = new HashMap<>();
                            rows.forEach(
                                    row ->
                                            staff.put(
                                                    row.getString("uid"),
                                                    new Staff(
                                                            row.getString("role"),
                                                            set(
                                                                    row.getArrayOfStrings(
                                                                            "operations")),
                                                            area(row.getArrayOfStrings("areas")),
                                                            row.getBoolean("own"))));
                            return staff;
                        });
    }

    private static @Nullable Set<String> set(String @Nullable [] values) {
        return values == null ? null : Set.of(values);
    }

    private static @Nullable String area(String[] paths) {
        return paths.length == 0 ? null : paths[0];
    }

    private static void bump(SqlConnection system) {
        system.query(BUMP).execute().await();
    }
}
