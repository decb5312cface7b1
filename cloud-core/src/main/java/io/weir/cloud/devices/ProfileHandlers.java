package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.ProfileOps.Basics;
import io.weir.api.devices.ProfileOps.Configure;
import io.weir.api.devices.ProfileOps.OfDevice;
import io.weir.api.devices.ProfileOps.Running;
import io.weir.api.devices.ProfileOps.Service;
import io.weir.api.devices.ProfileOps.SetBasics;
import io.weir.api.devices.ProfileOps.SetService;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.GetDeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.How;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.cloud.devices.ProfileStore.Profile;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;

/**
 * Configuration, basics, service and running state of a device. Members see those of the devices
 * that they may view, and name those that they hold.
 */
final class ProfileHandlers {
    private final Tx tx;
    private final Bus bus;
    private final Time time;

    ProfileHandlers(Tx tx, Bus bus, Time time) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
    }

    Device configure(Call call, Configure q) {
        if (call.actor().isMember()) {
            own(call, q);
        }
        DeviceRow row =
                tx.run(
                        call.scope(),
                        c -> {
                            Profile before = ProfileStore.get(c, q.deviceId());
                            ProfileStore.configure(c, q);
                            audit(c, call, before.tenant(), "device.configure", q.deviceId(), q);
                            return DeviceStore.get(c, q.deviceId());
                        });
        return call.actor().isMember() ? row.memberView() : row.view();
    }

    private void own(Call call, Configure q) {
        if (access(call, q.deviceId()).how() != How.HOLDER) {
            throw DeviceStore.notFound(q.deviceId());
        }
        Map<String, Boolean> given =
                Map.of(
                        "type", q.type() != null,
                        "model", q.model() != null,
                        "hw_version", q.hwVersion() != null,
                        "sw_version", q.swVersion() != null,
                        "manufacture_tms", q.manufactureTms() != null);
        given.forEach(
                (field, set) -> {
                    if (set) {
                        throw Rejected.invalid(field, "is not for members to change");
                    }
                });
    }

    Basics basics(Call call, OfDevice q) {
        return seen(call, q.deviceId()).basics();
    }

    Basics setBasics(Call call, SetBasics q) {
        return tx.run(
                call.scope(),
                c -> {
                    Profile before = ProfileStore.get(c, q.deviceId());
                    ProfileStore.setBasics(c, q);
                    audit(c, call, before.tenant(), "device.basics", q.deviceId(), q);
                    return ProfileStore.get(c, q.deviceId()).basics();
                });
    }

    Service service(Call call, OfDevice q) {
        return service(seen(call, q.deviceId()));
    }

    /** Suspend, resume, extend; what is left out stays. */
    Service setService(Call call, SetService q) {
        boolean unlimited = Boolean.TRUE.equals(q.unlimited());
        if (unlimited && q.expire() != null) {
            throw Rejected.invalid("unlimited", "contradicts expire");
        }
        return tx.run(
                call.scope(),
                c -> {
                    Profile before = ProfileStore.get(c, q.deviceId());
                    boolean suspended = q.suspended() == null ? before.suspended() : q.suspended();
                    Instant end = unlimited ? null : q.expire() == null ? before.end() : q.expire();
                    ProfileStore.setService(c, q.deviceId(), suspended, end);
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            before.tenant(),
                            "devices.device.service",
                            "device:" + q.deviceId(),
                            service(before),
                            q);
                    return service(ProfileStore.get(c, q.deviceId()));
                });
    }

    Running running(Call call, OfDevice q) {
        Profile profile = seen(call, q.deviceId());
        DeviceRow row = tx.run(call.scope(), c -> DeviceStore.get(c, q.deviceId()));
        Use use =
                bus.call(
                                OperationsOps.DEVICE_USE,
                                new GetDeviceUse(q.deviceId()),
                                Call.system(call.requestId()))
                        .await()
                        .use();
        return new Running(
                row.id(),
                status(row, use, service(profile).state()),
                row.online(),
                use == Use.FAULTED,
                use == Use.BUSY,
                row.onlineAt(),
                row.offlineAt(),
                profile.basics().lbsCoord());
    }

    /** What matters most to who looks at it comes first. */
    private static String status(DeviceRow row, Use use, int service) {
        if (!row.usable()) {
            return row.status();
        }
        if (use == Use.FAULTED) {
            return "fault";
        }
        if (service == 3) {
            return "expired";
        }
        if (!row.online()) {
            return "offline";
        }
        return use == Use.BUSY ? "running" : "idle";
    }

    private Service service(Profile p) {
        Instant end = p.end();
        boolean over = end != null && !end.isAfter(time.now());
        int state = !p.inService() ? 0 : p.suspended() ? 2 : over ? 3 : 1;
        return new Service(p.basics().deviceId(), state, end);
    }

    private Profile seen(Call call, String id) {
        Profile profile = tx.run(call.scope(), c -> ProfileStore.get(c, id));
        if (call.actor().isMember()
                && (!profile.confirmed() || !access(call, id).rights().contains(Right.VIEW))) {
            throw DeviceStore.notFound(id);
        }
        return profile;
    }

    private Access access(Call call, String id) {
        return bus.call(
                        SharingApi.ACCESS,
                        new GetAccess(id, call.actor().uid()),
                        Call.system(call.requestId()))
                .await();
    }

    private void audit(
            SqlConnection c,
            Call call,
            String tenant,
            String action,
            String id,
            @Nullable Object after) {
        AuditStore.add(
                c, call, time.now(), tenant, "devices." + action, "device:" + id, null, after);
    }
}
