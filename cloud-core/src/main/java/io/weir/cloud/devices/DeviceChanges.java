package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DeviceOps.AssignGateway;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.DeviceOps.SetState;
import io.weir.api.devices.DeviceOps.UpdateDevice;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.DeviceStore.Locked;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/** Changing devices: OMS 2.10, enabling and disabling, another gateway. */
final class DeviceChanges {
    private static final int DISABLED = 0;
    private static final int ACTIVE = 2;
    private final Tx tx;
    private final Tenants tenants;
    private final Announcer announcer;
    private final Time time;

    DeviceChanges(Tx tx, Tenants tenants, Announcer announcer, Time time) {
        this.tx = tx;
        this.tenants = tenants;
        this.announcer = announcer;
        this.time = time;
    }

    private record Changed(DeviceRow row, long version) {}

    Device update(Call call, UpdateDevice request) {
        String tenant = request.tenant() == null ? null : tenants.checked(call, request.tenant());
        return change(
                call,
                c -> {
                    Locked before = DeviceStore.lock(c, request.id());
                    if (tenant != null) {
                        checkOwner(before.tenant(), tenant);
                    }
                    DeviceStore.update(c, request.id(), request.name(), request.remark(), tenant);
                    audit(c, call, before.tenant(), "device.update", request.id(), tenant);
                    return 0L;
                },
                request.id());
    }

    Device setState(Call call, SetState request) {
        if (request.state() != DISABLED && request.state() != ACTIVE) {
            throw Rejected.invalid("state", "must be 0 (disabled) or 2 (active)");
        }
        boolean enabled = request.state() == ACTIVE;
        String id = request.deviceId();
        return change(
                call,
                c -> {
                    Locked before = DeviceStore.lock(c, id);
                    DeviceStore.setEnabled(c, id, enabled);
                    String action = enabled ? "device.enable" : "device.disable";
                    audit(c, call, before.tenant(), action, id, null);
                    return mark(c, before, id, before.gateway());
                },
                id);
    }

    /** The old gateway is told to forget it, the new one may serve it. */
    Device assign(Call call, AssignGateway request) {
        String id = request.deviceId();
        return change(
                call,
                c -> {
                    // Before the device's own lock, as everybody who assigns does.
                    ChangeStore.shareProduct(c, DeviceStore.get(c, id).productId());
                    Locked before = DeviceStore.lock(c, id);
                    if (!GatewayStore.exists(c, request.gateway())) {
                        throw Rejected.invalid("gateway", "does not exist");
                    }
                    DeviceStore.assign(c, id, request.gateway());
                    audit(c, call, before.tenant(), "device.assign", id, request.gateway());
                    return mark(c, before, id, before.gateway(), request.gateway());
                },
                id);
    }

    private Device change(Call call, Function<SqlConnection, Long> work, String id) {
        Changed changed =
                tx.run(
                        call.scope(),
                        c -> {
                            long version = work.apply(c);
                            return new Changed(DeviceStore.get(c, id), version);
                        });
        announcer.announce(changed.version());
        return changed.row().view();
    }

    /**
     * Gateways in the order of their names, so that two such changes can't wait for one another.
     */
    private static long mark(
            SqlConnection c, Locked device, String id, @Nullable String... gateways) {
        long last = 0;
        TreeSet<String> concerned = new TreeSet<>();
        for (String gateway : gateways) {
            if (gateway != null && device.confirmed()) {
                concerned.add(gateway);
            }
        }
        for (String gateway : concerned) {
            var marked = List.of(new Marked(id, device.tenant()));
            last = Math.max(last, ChangeStore.devices(c, gateway, marked));
        }
        return last;
    }

    private static void checkOwner(String before, String after) {
        if (!before.equals("/") && !Scope.vendorOf(before).equals(Scope.vendorOf(after))) {
            throw Rejected.invalid("tenant", "must belong to the same vendor");
        }
    }

    private void audit(
            SqlConnection c,
            Call call,
            String tenant,
            String action,
            String id,
            @Nullable String detail) {
        AuditStore.add(
                c, call, time.now(), tenant, action, "device:" + id, detail == null ? "" : detail);
    }
}
