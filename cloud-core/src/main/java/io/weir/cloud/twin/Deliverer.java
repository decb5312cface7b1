package io.weir.cloud.twin;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.SetProperties;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells a device that is online what is wanted of it. Being told twice does no harm; whatever stops
 * it here, the next sweep or the device itself tries again.
 */
final class Deliverer {
    private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);
    private static final Call CALL = Call.system("twin-deliver");
    private static final int QOS = 1;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Targets targets;
    private final Context context;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /**
     * @param vertx of the calling verticle, on virtual threads
     */
    Deliverer(Vertx vertx, Tx tx, Bus bus, Time time, Targets targets) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.targets = targets;
        this.context = vertx.getOrCreateContext();
    }

    private record Pending(Map<String, DesiredStore.Entry> desired, ShadowStore.Kept shadow) {
        boolean nothing() {
            return desired.isEmpty() && !shadow.pending();
        }
    }

    /** Soon, on a thread of its own. */
    void wake(String deviceId) {
        if (!waiting.add(deviceId)) {
            return;
        }
        context.runOnContext(
                v -> {
                    waiting.remove(deviceId);
                    try {
                        deliver(deviceId);
                    } catch (Exception e) { // await() throws what a future failed with
                        LOG.debug("device {} has yet to hear: {}", deviceId, e.toString());
                    }
                });
    }

    /** What is desired first, then the shadow. */
    void deliver(String deviceId) {
        DeviceModel device = targets.device(CALL, deviceId);
        String gateway = device.connectedTo();
        Own own = Targets.own(device);
        if (gateway == null) {
            return;
        }
        Pending pending = tx.run(own.scope(), c -> pending(c, own, device));
        if (pending.nothing()) {
            return;
        }
        if (!pending.desired().isEmpty()) {
            set(own, gateway, pending.desired());
        }
        if (pending.shadow().pending()) {
            control(own, device, gateway, pending.shadow().shadow());
        }
    }

    private static Pending pending(
            io.vertx.sqlclient.SqlConnection c, Own own, DeviceModel device) {
        Map<String, DesiredStore.Entry> desired = new LinkedHashMap<>();
        DesiredStore.all(c, own)
                .forEach(
                        (identifier, entry) -> {
                            // it may have become the dispense engine's since it was set
                            if (entry.pending() && !device.controlled().contains(identifier)) {
                                desired.put(identifier, entry);
                            }
                        });
        return new Pending(desired, ShadowStore.get(c, own));
    }

    private void set(Own own, String gateway, Map<String, DesiredStore.Entry> desired) {
        var params = Json.MAPPER.createObjectNode();
        desired.forEach(
                (identifier, entry) ->
                        params.set(identifier, Json.tree(String.valueOf(entry.value()))));
        var request = new SetProperties(own.deviceId(), params.toString());
        int code;
        try {
            code = bus.call(EdgeApi.SET_PROPERTIES.at(gateway), request, CALL).await().code();
        } catch (Rejected e) {
            LOG.debug("device {} did not take what is desired: {}", own.deviceId(), e.code());
            return;
        }
        if (code == 200) {
            tx.run(
                    own.scope(),
                    c -> {
                        desired.forEach(
                                (identifier, entry) ->
                                        DesiredStore.delivered(
                                                c, own, identifier, entry.version()));
                        return true;
                    });
        }
    }

    private void control(Own own, DeviceModel device, String gateway, Shadow shadow) {
        String topic = "/shadow/get/" + device.productKey() + "/" + device.deviceName();
        byte[] message =
                ShadowFlow.control(shadow, time.now().getEpochSecond())
                        .getBytes(StandardCharsets.UTF_8);
        var publish = new Publish(own.deviceId(), topic, message, QOS, false);
        bus.call(EdgeApi.PUBLISH.at(gateway), publish, CALL).await();
        tx.run(
                own.scope(),
                c -> {
                    ShadowStore.told(c, own, shadow.version());
                    return true;
                });
    }
}
