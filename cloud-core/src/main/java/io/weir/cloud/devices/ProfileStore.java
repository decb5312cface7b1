package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.ProfileOps.Basics;
import io.weir.api.devices.ProfileOps.Configure;
import io.weir.api.devices.ProfileOps.SetBasics;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;

/** SQL of what is known of a device beside its model. */
final class ProfileStore {
    private static final String GET =
            """
            SELECT device_id, tenant, confirmed, model, hw_version, sw_version, manufactured_at, platform, project, net_entry,
                net_type, dev_idcd, sim_iccid, lbs_coord, in_service, service_suspended, service_end, removed_at
            FROM devices.device WHERE device_id = $1
            """;
    private static final String CONFIGURE =
            """
            UPDATE devices.device SET name = coalesce($2, name), remark = coalesce($3, remark), type = coalesce($4, type),
                model = coalesce($5, model), hw_version = coalesce($6, hw_version), sw_version = coalesce($7, sw_version),
                manufactured_at = coalesce($8, manufactured_at)
            WHERE device_id = $1
            """;
    private static final String SET_BASICS =
            """
            UPDATE devices.device SET platform = coalesce($2, platform), project = coalesce($3, project),
                net_entry = coalesce($4, net_entry), net_type = coalesce($5, net_type), dev_idcd = coalesce($6, dev_idcd),
                sim_iccid = coalesce($7, sim_iccid), lbs_coord = coalesce($8, lbs_coord)
            WHERE device_id = $1
            """;
    private static final String SET_SERVICE =
            """
            UPDATE devices.device SET in_service = true, service_suspended = $2, service_end = $3 WHERE device_id = $1
            """;

    private static final String CLEAR =
            "UPDATE devices.device SET name = device_id, remark = '', lbs_coord = '' WHERE"
                    + " device_id = $1";

    private static final String REMOVE =
            "UPDATE devices.device SET removed_at = $2, enabled = false WHERE device_id = $1";

    /**
     * @param inService whether it ever was in service
     */
    record Profile(
            Basics basics,
            String tenant,
            boolean confirmed,
            boolean inService,
            boolean suspended,
            @Nullable Instant end) {}

    private ProfileStore() {}

    /** NOT_FOUND, or GONE when it was deregistered. */
    static Profile get(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id)).await()) {
            if (Rows.maybeInstant(row, "removed_at") != null) {
                throw gone(id);
            }
            return new Profile(
                    new Basics(
                            id,
                            row.getString("model"),
                            row.getString("hw_version"),
                            row.getString("sw_version"),
                            Rows.maybeInstant(row, "manufactured_at"),
                            row.getString("platform"),
                            row.getString("project"),
                            row.getString("net_entry"),
                            row.getString("net_type"),
                            row.getString("dev_idcd"),
                            row.getString("sim_iccid"),
                            row.getString("lbs_coord")),
                    row.getString("tenant"),
                    row.getBoolean("confirmed"),
                    row.getBoolean("in_service"),
                    row.getBoolean("service_suspended"),
                    Rows.maybeInstant(row, "service_end"));
        }
        throw DeviceStore.notFound(id);
    }

    static void configure(SqlConnection c, Configure q) {
        Integer type = q.type();
        Instant made = q.manufactureTms();
        c.preparedQuery(CONFIGURE)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        q.deviceId(),
                                        q.name(),
                                        q.remark(),
                                        type == null ? null : type.shortValue(),
                                        q.model(),
                                        q.hwVersion(),
                                        q.swVersion(),
                                        made == null ? null : Rows.timestamp(made))))
                .await();
    }

    static void setBasics(SqlConnection c, SetBasics q) {
        c.preparedQuery(SET_BASICS)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        q.deviceId(),
                                        q.platform(),
                                        q.project(),
                                        q.netEntry(),
                                        q.netType(),
                                        q.devIdcd(),
                                        q.simIccid(),
                                        q.lbsCoord())))
                .await();
    }

    static void setService(SqlConnection c, String id, boolean suspended, @Nullable Instant end) {
        c.preparedQuery(SET_SERVICE)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        id, suspended, end == null ? null : Rows.timestamp(end))))
                .await();
    }

    static void remove(SqlConnection c, String id, Instant now) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id, Rows.timestamp(now))).await();
    }

    /** Where it stood and how it was called; hardware and credentials stay. */
    static void clear(SqlConnection c, String id) {
        c.preparedQuery(CLEAR).execute(Tuple.of(id)).await();
    }

    static Rejected gone(String id) {
        return new Rejected(CommonError.GONE, "device " + id + " is deregistered for ever");
    }
}
