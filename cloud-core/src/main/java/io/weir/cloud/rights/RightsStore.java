package io.weir.cloud.rights;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;

/** Writes what the door reads; in the transaction of the deed, as the system. */
public final class RightsStore {
    /** Its row lock is what makes changes commit in the order of their versions. */
    private static final String BUMP = "UPDATE rights.version SET version = version + 1";
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
    private static final String DISABLED =
            "SELECT EXISTS (SELECT 1 FROM rights.standing WHERE disabled AND starts_with($1, path))";
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

    private static void bump(SqlConnection system) {
        system.query(BUMP).execute().await();
    }
}
