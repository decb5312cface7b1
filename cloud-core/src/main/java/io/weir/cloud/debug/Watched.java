package io.weir.cloud.debug;

import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.Read;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.debug.DebugOps.Session;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Devices and their gateways, for whoever may watch them. */
final class Watched {
    private final Bus bus;
    private final Time time;

    Watched(Bus bus, Time time) {
        this.bus = bus;
        this.time = time;
    }

    /**
     * @param tenant path of its owner now
     * @param connectedTo the gateway that holds its connection; null when it is offline
     * @param home that one, or else the one that it is assigned to: there its coming is seen
     */
    record Device(String id, String tenant, @Nullable String connectedTo, @Nullable String home) {}

    /** NOT_FOUND when it is not the caller's, or no longer. */
    Device device(Call call, String id) {
        DeviceModel model = bus.call(DevicesApi.MODEL, new GetDispenser(id), call).await();
        String connected = model.connectedTo();
        return new Device(
                id, model.tenant(), connected, connected == null ? assigned(call, id) : connected);
    }

    private @Nullable String assigned(Call call, String id) {
        List<Place> places =
                bus.call(
                                DevicesApi.PLACES,
                                new GetPlaces(List.of(id)),
                                Call.system(call.requestId()))
                        .await();
        return places.isEmpty() ? null : places.getFirst().gateway();
    }

    /** Fails with UNAVAILABLE when the gateway does not answer. */
    Seen read(Call call, Session session, Device device, Cursor after, int limit) {
        long keepMs = Duration.between(time.now(), session.until()).toMillis();
        var read =
                new Read(
                        session.sessionId(),
                        device.id(),
                        device.tenant(),
                        after.ring().isEmpty() ? null : after.ring(),
                        after.number(),
                        limit,
                        Math.max(1, keepMs));
        return bus.call(DebugApi.READ.at(after.gateway()), read, call).await();
    }
}
