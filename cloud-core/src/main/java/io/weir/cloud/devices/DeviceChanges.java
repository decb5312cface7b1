package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DeviceOps.AssignGateway;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.DeviceOps.SetState;
import io.weir.api.devices.DeviceOps.UpdateDevice;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.DeviceStore.Locked;
import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/** Changing devices: OMS 2.10, enabling and disabling, another gateway. */
final class DeviceChanges {
    private static final int DISABLED = 0;
    private static final int ACTIVE = 2;
    private final Tx tx;
    private final Tenants tenants;
    private final DeviceViews views;
    private final Announcer announcer;
    private final SubNotices notices;
    private final Time time;

    DeviceChanges(
            Tx tx,
            Tenants tenants,
            DeviceViews views,
            Announcer announcer,
            SubNotices notices,
            Time time) {
        this.tx = tx;
        this.views = views;
        this.tenants = tenants;
        this.announcer = announcer;
        this.notices = notices;
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
                    if (tenant == null || tenant.equals(before.tenant())) {
                        return 0L;
                    }
                    long version = Topology.dissolve(c, request.id());
                    var owned =
                            new Locked(
                                    before.gateway(),
                                    tenant,
                                    before.productId(),
                                    before.confirmed(),
                                    before.known());
                    return Math.max(version, mark(c, owned, request.id(), before.gateway()));
                },
                request.id());
    }

    Device setState(Call call, SetState request) {
        if (request.state() != DISABLED && request.state() != ACTIVE) {
            throw Rejected.invalid("state", "must be 0 (disabled) or 2 (active)");
        }
        boolean enabled = request.state() == ACTIVE;
        String id = request.deviceId();
        if (!enabled) {
            tell(call, id, SubNotices.Change.DISABLED);
        }
        Device device = setEnabled(call, id, enabled);
        if (enabled) {
            tell(call, id, SubNotices.Change.ENABLED);
        }
        return device;
    }

    /** A sub-device's gateway hears of it while it may still talk. */
    void tell(Call call, String id, SubNotices.Change change) {
        List<Member> own = tx.run(call.scope(), c -> TopologyStore.byId(c, List.of(id)));
        for (Member sub : own) {
            if (sub.node().parent() != null) {
                notices.changed(call, sub.node().parent(), change, own);
            }
        }
    }

    private Device setEnabled(Call call, String id, boolean enabled) {
        return change(
                call,
                c -> {
                    Locked before = DeviceStore.lock(c, id);
                    if (LifecycleStore.state(c, id).halted()) {
                        throw new Rejected(DevicesError.DEVICE_HALTED, "is suspended or scrapped");
                    }
                    DeviceStore.setEnabled(c, id, enabled);
                    String action = enabled ? "device.enable" : "device.disable";
                    audit(c, call, before.tenant(), action, id, null);
                    return mark(c, before, id, before.gateway());
                },
                id);
    }

    /**
     * The old gateway is told to forget it, the new one may serve it, and the sub-devices that
     * stand behind it.
     */
    Device assign(Call call, AssignGateway request) {
        String id = request.deviceId();
        return change(
                call,
                c -> {
                    List<Member> together = together(c, DeviceStore.get(c, id));
                    if (!GatewayStore.exists(c, request.gateway())) {
                        throw Rejected.invalid("gateway", "does not exist");
                    }
                    String tenant = together.getFirst().node().tenant();
                    audit(c, call, tenant, "device.assign", id, request.gateway());
                    return Topology.assign(c, together, request.gateway());
                },
                id);
    }

    /** The device and those behind it, under the locks of a change of the topology. */
    private static List<Member> together(SqlConnection c, DeviceRow device) {
        TopologyStore.lock(c, device.tenant());
        List<Member> own = TopologyStore.byId(c, List.of(device.id()));
        if (own.getFirst().node().parent() != null) {
            throw Rejected.invalid("gateway", "is that of the device's own gateway device");
        }
        List<Member> together = new ArrayList<>(own);
        together.addAll(TopologyStore.behind(c, device.id()));
        Topology.lock(c, device.tenant(), together);
        return together;
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
        return views.of(call, changed.row());
    }

    /**
     * Gateways in the order of their names, so that two such changes can't wait for one another.
     */
    private static long mark(
            SqlConnection c, Locked device, String id, @Nullable String... gateways) {
        long last = 0;
        TreeSet<String> concerned = new TreeSet<>();
        for (String gateway : gateways) {
            if (gateway != null && device.known()) {
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
        Deeds.add(
                c, call, time.now(), tenant, action, "device:" + id, detail == null ? "" : detail);
    }
}
