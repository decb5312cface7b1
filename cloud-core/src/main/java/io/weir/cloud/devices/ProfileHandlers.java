package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.ProfileOps.Basics;
import io.weir.api.devices.ProfileOps.Configure;
import io.weir.api.devices.ProfileOps.GetStatistics;
import io.weir.api.devices.ProfileOps.OfDevice;
import io.weir.api.devices.ProfileOps.Running;
import io.weir.api.devices.ProfileOps.Service;
import io.weir.api.devices.ProfileOps.SetBasics;
import io.weir.api.devices.ProfileOps.SetService;
import io.weir.api.devices.ProfileOps.Statistics;
import io.weir.api.devices.ProfileOps.UseSums;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.How;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.cloud.devices.ProfileStore.Profile;
import io.weir.cloud.devices.UsageReads.Whose;
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
    private final DeviceViews views;
    private final UsageReads usage;
    private final DeviceUses uses;

    ProfileHandlers(Tx tx, Bus bus, Time time, DeviceViews views, UsageReads usage) {
        this.tx = tx;
        this.views = views;
        this.usage = usage;
        this.uses = new DeviceUses(bus);
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
        return views.of(call, row);
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
        return service(call, seen(call, q.deviceId()));
    }

    private Service service(Call call, Profile profile) {
        UseSums sums = usage.sums(call, whose(call, profile));
        return new Service(
                profile.basics().deviceId(), state(profile), profile.end(), sums.month());
    }

    /** Suspend, resume, extend; what is left out stays. */
    Service setService(Call call, SetService q) {
        boolean unlimited = Boolean.TRUE.equals(q.unlimited());
        if (unlimited && q.expire() != null) {
            throw Rejected.invalid("unlimited", "contradicts expire");
        }
        Profile after =
                tx.run(
                        call.scope(),
                        c -> {
                            Profile before = ProfileStore.get(c, q.deviceId());
                            boolean suspended =
                                    q.suspended() == null ? before.suspended() : q.suspended();
                            Instant end =
                                    unlimited
                                            ? null
                                            : q.expire() == null ? before.end() : q.expire();
                            ProfileStore.setService(c, q.deviceId(), suspended, end);
                            AuditStore.add(
                                    c,
                                    call,
                                    time.now(),
                                    before.tenant(),
                                    "devices.device.service",
                                    "device:" + q.deviceId(),
                                    Map.of(
                                            "state",
                                            state(before),
                                            "expire",
                                            String.valueOf(before.end())),
                                    q);
                            return ProfileStore.get(c, q.deviceId());
                        });
        return service(call, after);
    }

    Running running(Call call, OfDevice q) {
        Profile profile = seen(call, q.deviceId());
        DeviceRow row = tx.run(call.scope(), c -> DeviceStore.get(c, q.deviceId()));
        Use use = uses.of(call, q.deviceId());
        return new Running(
                row.id(),
                status(row, use, state(profile)),
                row.online(),
                use == Use.FAULTED,
                use == Use.BUSY,
                row.onlineAt(),
                row.offlineAt(),
                profile.basics().lbsCoord(),
                usage.sums(call, whose(call, profile)));
    }

    Statistics statistics(Call call, GetStatistics q) {
        return usage.periods(call, whose(call, seen(call, q.deviceId())), q);
    }

    /** A member who only stands before a device learns of what they had there themselves. */
    private Whose whose(Call call, Profile profile) {
        String id = profile.basics().deviceId();
        boolean stranger = call.actor().isMember() && access(call, id).how() == How.NONE;
        return new Whose(id, profile.tenant(), stranger ? call.actor().uid() : null);
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

    private int state(Profile p) {
        Instant end = p.end();
        boolean over = end != null && !end.isAfter(time.now());
        return !p.inService() ? 0 : p.suspended() ? 2 : over ? 3 : 1;
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
