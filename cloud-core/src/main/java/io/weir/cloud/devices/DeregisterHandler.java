package io.weir.cloud.devices;

import io.weir.api.Done;
import io.weir.api.devices.ProfileOps.OfDevice;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.DropDevice;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.DeviceStore.Locked;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/**
 * AB-14 and OMS 2.12: the end of a device. Its gateway refuses it from now on, binding and shares
 * end, its row stays so that the number is never given again; its ledger and history stay.
 */
final class DeregisterHandler {
    private final Tx tx;
    private final Bus bus;
    private final DeviceUses uses;
    private final Announcer announcer;
    private final Time time;

    DeregisterHandler(Tx tx, Bus bus, Announcer announcer, Time time) {
        this.tx = tx;
        this.bus = bus;
        this.uses = new DeviceUses(bus);
        this.announcer = announcer;
        this.time = time;
    }

    Done deregister(Call call, OfDevice q) {
        String id = q.deviceId();
        tx.run(call.scope(), c -> ProfileStore.get(c, id)); // 404, 410
        if (uses.of(call, id) == Use.BUSY) {
            throw new Rejected(
                    DevicesError.DEVICE_IN_USE, "it dispenses now: wait until that has ended");
        }
        bus.call(SharingApi.DROP_DEVICE, new DropDevice(id), call).await();
        long version =
                tx.run(
                        call.scope(),
                        c -> {
                            Locked device = DeviceStore.lock(c, id);
                            long dissolved = Topology.dissolve(c, id);
                            ProfileStore.remove(c, id, time.now());
                            Deeds.add(
                                    c,
                                    call,
                                    time.now(),
                                    device.tenant(),
                                    "device.deregister",
                                    "device:" + id,
                                    "");
                            if (device.gateway() == null || !device.known()) {
                                return dissolved;
                            }
                            var marked = List.of(new Marked(id, device.tenant()));
                            return Math.max(
                                    dissolved, ChangeStore.devices(c, device.gateway(), marked));
                        });
        announcer.announce(version);
        return Done.DONE;
    }
}
