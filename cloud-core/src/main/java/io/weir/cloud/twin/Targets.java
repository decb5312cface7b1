package io.weir.cloud.twin;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/** Devices as the devices context tells of them; of a foreign tenant they are not found. */
final class Targets {
    private final Bus bus;

    Targets(Bus bus) {
        this.bus = bus;
    }

    DeviceModel device(Call call, String deviceId) {
        return bus.call(DevicesApi.MODEL, new GetDispenser(deviceId), call).await();
    }

    Own own(Call call, String deviceId) {
        return own(device(call, deviceId));
    }

    static Own own(DeviceModel device) {
        return new Own(device.deviceId(), device.tenant());
    }
}
