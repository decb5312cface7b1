package io.weir.cloud.dispense;

import io.weir.api.dispense.OperationsOps.DeviceUse;
import io.weir.api.dispense.OperationsOps.GetDeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/**
 * Whether a device is free, for anybody who stands before it: not who uses it, nor what for. An
 * unknown device is free; the devices context says that it doesn't exist.
 */
final class DeviceUseHandler {
    private final FaultStore faults = new FaultStore();
    private final DispenseQueries dispenses = new DispenseQueries();
    private final Tx tx;

    DeviceUseHandler(Tx tx) {
        this.tx = tx;
    }

    DeviceUse handle(Call call, GetDeviceUse request) {
        Use use =
                tx.system(
                        db ->
                                faults.isFaulted(db, request.deviceId())
                                        ? Use.FAULTED
                                        : dispenses.isOpen(db, request.deviceId())
                                                ? Use.BUSY
                                                : Use.FREE);
        return new DeviceUse(request.deviceId(), use);
    }
}
