package io.weir.cloud.twin;

import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.api.twin.TwinOps.ListDeviceLogs;
import io.weir.api.twin.TwinOps.LogLine;
import io.weir.api.twin.TwinOps.LogSwitch;
import io.weir.api.twin.TwinOps.SwitchLog;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** A device's log over HTTP. */
final class LogHandlers {
    private final Tx tx;
    private final Bus bus;
    private final Targets targets;
    private final Deeds deeds;

    LogHandlers(Tx tx, Bus bus, Time time, Targets targets) {
        this.tx = tx;
        this.bus = bus;
        this.targets = targets;
        this.deeds = new Deeds(time);
    }

    /** Pushed when it is online; else the device hears of it when it asks, as it does at start. */
    LogSwitch set(Call call, SwitchLog q) {
        DeviceModel device = targets.device(call, q.deviceId());
        Own own = Targets.own(device);
        tx.run(
                call.scope(),
                c -> {
                    LogStore.set(c, own, q.enabled());
                    deeds.add(c, call, own, "log.switch", null, q);
                    return true;
                });
        return new LogSwitch(q.enabled(), push(call, device, q.enabled()));
    }

    Page<LogLine> list(Call call, ListDeviceLogs q) {
        Own own = targets.own(call, q.deviceId());
        return tx.run(call.scope(), c -> LogStore.list(c, own, q));
    }

    static String content(boolean enabled) {
        return "{\"getType\":\"content\",\"content\":{\"mode\":" + (enabled ? 1 : 0) + "}}";
    }

    private boolean push(Call call, DeviceModel device, boolean enabled) {
        String gateway = device.connectedTo();
        if (gateway == null) {
            return false;
        }
        try {
            var request =
                    new DeviceRequest(
                            device.deviceId(), "thing/config/log/push", content(enabled), false);
            return bus.call(EdgeApi.REQUEST.at(gateway), request, call).await().code() == 200;
        } catch (Rejected e) {
            return false;
        }
    }
}
