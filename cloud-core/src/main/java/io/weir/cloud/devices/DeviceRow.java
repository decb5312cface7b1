package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.DeviceOps.OutletView;
import io.weir.api.devices.ProductOps.FlowMeter;
import io.weir.api.sharing.SharingApi.Users;
import io.weir.model.device.DeviceType;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * A device with what its product and its presence say.
 *
 * @param gateway the one it is assigned to
 * @param connectedTo the one it is connected to, null when offline
 * @param removed deregistered, for ever
 */
record DeviceRow(
        String id,
        String tenant,
        String name,
        String remark,
        int type,
        boolean confirmed,
        boolean enabled,
        long batchId,
        String deviceName,
        @Nullable String gateway,
        long productId,
        String productName,
        String productKey,
        boolean productEnabled,
        List<String> controlled,
        @Nullable FlowMeter flowmeter,
        boolean online,
        @Nullable String connectedTo,
        Instant createdAt,
        @Nullable Instant activatedAt,
        @Nullable Instant onlineAt,
        @Nullable Instant offlineAt,
        boolean removed,
        String lifecycle,
        String model,
        String hwVersion,
        String swVersion,
        @Nullable Instant manufacturedAt,
        boolean suspended,
        @Nullable Instant serviceEnd) {
    static final String COLUMNS =
            """
            d.device_id, d.tenant, d.name, d.remark, d.type, d.confirmed, d.enabled, d.batch_id, d.device_name, d.gateway_id,
            d.created_at, d.activated_at, p.product_id, p.name AS product_name, p.product_key, p.enabled AS product_enabled,
            p.controlled, p.flowmeter, coalesce(s.online, false) AS online, s.gateway_id AS connected_to, s.online_at, s.offline_at,
            d.removed_at IS NOT NULL AS removed, d.lifecycle, d.model, d.hw_version, d.sw_version, d.manufactured_at,
            d.service_suspended, d.service_end
            """;
    static final String FROM =
            """
            FROM devices.device d JOIN devices.product p USING (product_id) LEFT JOIN devices.presence s USING (device_id)
            """;

    static DeviceRow of(Row row) {
        boolean confirmed = row.getBoolean("confirmed");
        String lifecycle = row.getString("lifecycle");
        String flowmeter = row.getString("flowmeter");
        boolean online = row.getBoolean("online");
        return new DeviceRow(
                row.getString("device_id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("remark"),
                row.getShort("type"),
                confirmed,
                row.getBoolean("enabled"),
                row.getLong("batch_id"),
                row.getString("device_name"),
                row.getString("gateway_id"),
                row.getLong("product_id"),
                row.getString("product_name"),
                row.getString("product_key"),
                row.getBoolean("product_enabled"),
                List.of(row.getArrayOfStrings("controlled")),
                flowmeter == null ? null : Json.read(flowmeter, FlowMeter.class),
                online,
                online ? row.getString("connected_to") : null,
                Rows.instant(row, "created_at"),
                Rows.maybeInstant(row, "activated_at"),
                Rows.maybeInstant(row, "online_at"),
                Rows.maybeInstant(row, "offline_at"),
                row.getBoolean("removed"),
                lifecycle == null ? confirmed ? "STOCKED" : "PRODUCED" : lifecycle,
                row.getString("model"),
                row.getString("hw_version"),
                row.getString("sw_version"),
                Rows.maybeInstant(row, "manufactured_at"),
                row.getBoolean("service_suspended"),
                Rows.maybeInstant(row, "service_end"));
    }

    /** Throws GONE when it is deregistered. */
    DeviceRow there() {
        if (removed) {
            throw ProfileStore.gone(id);
        }
        return this;
    }

    boolean usable() {
        return (confirmed || inQc()) && enabled && productEnabled;
    }

    /** It is being checked: nobody but who checks it dispenses. */
    boolean inQc() {
        return lifecycle.equals("QC");
    }

    /** Its service is neither suspended nor over. */
    boolean serves(Instant now) {
        return !suspended && (serviceEnd == null || serviceEnd.isAfter(now));
    }

    /** The one derived status. */
    String status() {
        if (!confirmed) {
            return "unconfirmed";
        }
        if (!enabled || !productEnabled) {
            return "disabled";
        }
        return online ? "idle" : "offline";
    }

    List<OutletView> outlets() {
        return flowmeter == null
                ? List.of()
                : flowmeter.config().stream().map(o -> new OutletView(o.key(), o.value())).toList();
    }

    /**
     * What staff sees.
     *
     * @param vendorId null when it is the platform's own
     * @param users null when nobody holds it
     */
    Device view(@Nullable String vendorId, @Nullable Users users) {
        return new Device(
                id,
                name,
                status(),
                online,
                outlets(),
                type,
                DeviceType.of(type).billing(),
                !enabled ? 0 : confirmed ? 2 : 1,
                productId,
                productName,
                productKey,
                deviceName,
                tenant,
                gateway,
                batchId,
                vendorId,
                users == null ? null : users.holder(),
                users == null ? List.of() : users.guests(),
                lifecycle,
                model,
                hwVersion,
                swVersion,
                manufacturedAt,
                remark,
                createdAt,
                activatedAt,
                onlineAt,
                offlineAt);
    }

    /** What a member sees. */
    Device memberView() {
        return new Device(
                id, name, status(), online, outlets(), null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null);
    }
}
