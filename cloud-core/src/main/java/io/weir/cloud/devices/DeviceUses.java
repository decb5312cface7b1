package io.weir.cloud.devices;

import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.GetDeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/** Whether a device pours now. Never inside a transaction. */
final class DeviceUses {
    private final Bus bus;

    DeviceUses(Bus bus) {
        this.bus = bus;
    }

    Use of(Call call, String deviceId) {
        return bus.call(
                        OperationsOps.DEVICE_USE,
                        new GetDeviceUse(deviceId),
                        Call.system(call.requestId()))
                .await()
                .use();
    }
}
