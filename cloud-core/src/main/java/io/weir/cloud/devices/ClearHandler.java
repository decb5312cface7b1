package io.weir.cloud.devices;

import io.weir.api.Done;
import io.weir.api.devices.ProfileOps.OfDevice;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.ingest.IngestApi;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.DropDevice;
import io.weir.api.twin.TwinApi;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/**
 * AB-12, factory reset: values, history, twin, holder, shares and name of a device go; its
 * number, credentials, hardware, owner, lifecycle and every posting stay. Asking again after a
 * failure goes on where it stopped.
 */
final class ClearHandler {
    private final Tx tx;
    private final Bus bus;
    private final DeviceUses uses;
    private final Time time;

    ClearHandler(Tx tx, Bus bus, DeviceUses uses, Time time) {
        this.tx = tx;
        this.bus = bus;
        this.uses = uses;
        this.time = time;
    }

    Done clear(Call call, OfDevice q) {
        String id = q.deviceId();
        tx.run(call.scope(), c -> ProfileStore.get(c, id)); // 404, 410
        if (uses.of(call, id) == Use.BUSY) {
            throw new Rejected(
                    DevicesError.DEVICE_IN_USE, "it dispenses now: wait until that has ended");
        }
        Call system = Call.system(call.requestId());
        bus.call(SharingApi.DROP_DEVICE, new DropDevice(id), call).await();
        bus.call(TwinApi.CLEAR, new TwinApi.ClearDevice(id), system).await();
        bus.call(IngestApi.CLEAR, new IngestApi.ClearDevice(id), system).await();
        return tx.run(
                call.scope(),
                c -> {
                    String tenant = DeviceStore.lock(c, id).tenant();
                    ProfileStore.clear(c, id);
                    Deeds.add(c, call, time.now(), tenant, "device.clear", "device:" + id, "");
                    return Done.DONE;
                });
    }
}
