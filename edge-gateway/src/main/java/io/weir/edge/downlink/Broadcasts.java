package io.weir.edge.downlink;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.api.edge.EdgeApi.Broadcast;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.Reached;
import io.weir.edge.registry.Device;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One message to every connected device of a product that has subscribed to it (facts: alink.md
 * section 6, row broadcast). Sent once, kept for nobody; sub-devices have no subscriptions of their
 * own. Some devices at a time: the loop has others to serve between.
 */
final class Broadcasts {
    private static final int AT_ONCE = 200;

    private final Vertx vertx;
    private final DeviceLines lines;

    Broadcasts(Vertx vertx, DeviceLines lines) {
        this.vertx = vertx;
        this.lines = lines;
    }

    Future<Reached> send(Broadcast message, Mail mail) {
        List<String> devices =
                lines.all().stream()
                        .map(DeviceLine::device)
                        .filter(d -> meant(d, message))
                        .map(Device::deviceId)
                        .toList();
        Promise<Reached> promise = Promise.promise();
        some(devices.iterator(), message, mail, new AtomicInteger(), promise);
        return promise.future();
    }

    private static boolean meant(Device device, Broadcast message) {
        String tenant = device.tenant();
        return device.productKey().equals(message.productKey())
                && tenant != null
                && tenant.startsWith(message.tenant());
    }

    private void some(
            Iterator<String> devices,
            Broadcast message,
            Mail mail,
            AtomicInteger reached,
            Promise<Reached> promise) {
        String topic = "/broadcast/" + message.productKey() + "/" + message.name();
        for (int i = 0; i < AT_ONCE && devices.hasNext(); i++) {
            var one = new Publish(devices.next(), topic, message.payload(), 1, false);
            var sent = mail.publish(one);
            if (sent != null && sent.succeeded()) {
                reached.incrementAndGet();
            }
        }
        if (devices.hasNext()) {
            vertx.runOnContext(v -> some(devices, message, mail, reached, promise));
        } else {
            promise.complete(new Reached(reached.get()));
        }
    }
}
