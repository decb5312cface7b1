package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.LifecycleOps.ListSteps;
import io.weir.api.devices.LifecycleOps.MoveDevice;
import io.weir.api.devices.LifecycleOps.Step;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.DropDevice;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.DeviceStore.Locked;
import io.weir.cloud.devices.LifecycleFlow.State;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Moves a device along its lifecycle, and tells where it was. */
final class LifecycleHandlers {
    /** Whoever uses it now would lose it. A suspension is for emergencies, so it doesn't wait. */
    private static final Set<State> PARTING =
            EnumSet.of(State.ALLOTTED, State.RECOVERED, State.SCRAPPED);

    private final Tx tx;
    private final Tenants tenants;
    private final Announcer announcer;
    private final DeviceChanges changes;
    private final Bus bus;
    private final DeviceUses uses;
    private final Time time;

    LifecycleHandlers(
            Tx tx,
            Tenants tenants,
            Announcer announcer,
            DeviceChanges changes,
            Bus bus,
            Time time) {
        this.bus = bus;
        this.uses = new DeviceUses(bus);
        this.tx = tx;
        this.tenants = tenants;
        this.announcer = announcer;
        this.changes = changes;
        this.time = time;
    }

    /**
     * @param parted it has another owner now, or is no longer anybody's to use
     */
    private record Moved(State from, Step step, long version, boolean parted) {}

    Page<Step> history(Call call, ListSteps request) {
        return tx.run(
                call.scope(),
                c -> {
                    if (!DeviceStore.get(c, request.deviceId()).confirmed()
                            && call.actor().role() != Role.PLATFORM
                            && call.actor().role() != Role.VENDOR) {
                        throw DeviceStore.notFound(request.deviceId());
                    }
                    return LifecycleStore.history(c, request);
                });
    }

    Step move(Call call, MoveDevice request) {
        State to = State.valueOf(request.to());
        String tenant = tenant(call, request, to);
        if (PARTING.contains(to)) {
            tx.run(call.scope(), c -> DeviceStore.get(c, request.deviceId())); // 404 first
            if (uses.of(call, request.deviceId()) == Use.BUSY) {
                throw new Rejected(
                        DevicesError.DEVICE_IN_USE, "it dispenses now: wait until that has ended");
            }
        }
        Instant now = time.now();
        Moved moved = tx.run(call.scope(), c -> move(c, call, request, to, tenant, now));
        if (moved.parted()) {
            var drop = new DropDevice(request.deviceId());
            bus.call(SharingApi.DROP_DEVICE, drop, call).await();
        }
        if (to.halted()) {
            // Before the edge hears of it: a sub-device's gateway is told while it may still talk.
            changes.tell(call, request.deviceId(), SubNotices.Change.DISABLED);
        }
        announcer.announce(moved.version());
        if (moved.from().halted() && !to.halted()) {
            changes.tell(call, request.deviceId(), SubNotices.Change.ENABLED);
        }
        return moved.step();
    }

    private @Nullable String tenant(Call call, MoveDevice request, State to) {
        if (request.tenant() == null) {
            if (to == State.ALLOTTED) {
                throw Rejected.invalid("tenant", "must be given with ALLOTTED");
            }
            return null;
        }
        if (to != State.ALLOTTED && to != State.RECOVERED) {
            throw Rejected.invalid("tenant", "goes with ALLOTTED and RECOVERED only");
        }
        return tenants.checked(call, request.tenant());
    }

    private Moved move(
            SqlConnection c,
            Call call,
            MoveDevice request,
            State to,
            @Nullable String asked,
            Instant now) {
        String id = request.deviceId();
        Locked before = DeviceStore.lock(c, id);
        State from = LifecycleStore.state(c, id);
        check(from, to, before.confirmed(), call.actor().role());
        String owner = owner(call, before.tenant(), to, asked);
        long version = 0;
        if (!owner.equals(before.tenant())) {
            DeviceStore.update(c, id, null, null, owner);
            version = Topology.dissolve(c, id);
        }
        LifecycleStore.move(c, id, to);
        var step =
                new Step(
                        id,
                        from.name(),
                        to.name(),
                        owner,
                        request.reason(),
                        call.actor().uid(),
                        now);
        LifecycleStore.add(c, step);
        String detail = "%s to %s of %s: %s".formatted(from, to, owner, request.reason());
        Deeds.add(c, call, now, owner, "device.move", "device:" + id, detail);
        boolean checked = !before.confirmed() && (from == State.QC || to == State.QC);
        boolean told = checked || !owner.equals(before.tenant()) || from.halted() || to.halted();
        if (told && (before.known() || checked) && before.gateway() != null) {
            var marked = List.of(new Marked(id, owner));
            version = Math.max(version, ChangeStore.devices(c, before.gateway(), marked));
        }
        boolean parted =
                !owner.equals(before.tenant()) || to == State.RECOVERED || to == State.SCRAPPED;
        return new Moved(from, step, version, parted);
    }

    private static void check(State from, State to, boolean confirmed, Role role) {
        switch (LifecycleFlow.verdict(from, to, confirmed, role)) {
            case NO_WAY ->
                    throw new Rejected(
                            DevicesError.LIFECYCLE_MOVE, "no way from " + from + " to " + to);
            case NOT_IN_STOCK ->
                    throw new Rejected(
                            DevicesError.LIFECYCLE_MOVE, "confirm the device's batch first");
            case NOT_YOURS ->
                    throw new Rejected(CommonError.FORBIDDEN, "another role moves it to " + to);
            case YES -> {}
        }
    }

    /**
     * Allotted downwards only; recovered to who recovers it, the platform gives it to its vendor.
     */
    private static String owner(Call call, String before, State to, @Nullable String asked) {
        String vendor = Scope.vendorOf(before);
        if (to == State.ALLOTTED && asked != null) {
            if (asked.length() <= before.length()
                    || !asked.startsWith(before)
                    || asked.equals(Scope.vendorOf(asked))) {
                throw Rejected.invalid("tenant", "must be an agent or dealer below the owner");
            }
            return asked;
        }
        if (to != State.RECOVERED) {
            return before;
        }
        String back =
                asked != null
                        ? asked
                        : vendor.startsWith(call.scope().path()) ? vendor : call.scope().path();
        if (!before.startsWith(back) || !back.startsWith(vendor)) {
            throw Rejected.invalid("tenant", "must be the owner or one above, up to the vendor");
        }
        return back;
    }
}
