package io.weir.edge.ingest.mqtt;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Sender;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.subs.SubDevice;
import io.weir.edge.subs.SubDevices;
import io.weir.model.thing.OwnTopics;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Whose the topics of one connection are: the device's own, or a logged-in sub-device's. */
final class Routes {
    private static final int KEPT = 64;

    private final MqttSession session;
    private final Map<String, Route> own = new HashMap<>(4);

    /** What the product allowed when these were found. */
    private @Nullable OwnTopics rights;

    Routes(MqttSession session) {
        this.session = session;
    }

    /**
     * @param from the connection's device, or its sub-device
     */
    record Route(Sender from, AlinkTopic topic) {}

    Route of(String topic) {
        Device d = session.device();
        if (d.product().topics() != rights) {
            rights = d.product().topics();
            own.clear();
        }
        Route known = own.get(topic);
        if (known != null) {
            return known;
        }
        SubDevice sub = session.subs().of(topic);
        if (sub != null) {
            return new Route(sub, sub.topic(topic));
        }
        AlinkTopic parsed = AlinkTopic.of(topic, d);
        Route route = new Route(session, parsed);
        // RRPC topics are all different: keeping them would only push out the others. A foreign
        // one may be of a sub-device that logs in later.
        if (own.size() < KEPT && !parsed.once() && parsed.kind != AlinkTopic.Kind.FOREIGN) {
            own.put(topic, route);
        }
        return route;
    }

    /** Its own topics, and those of devices in its topology, logged in or not. */
    boolean maySubscribe(String filter, DeviceRegistry registry) {
        Device d = session.device();
        if (AlinkTopic.maySubscribe(filter, d)) {
            return true;
        }
        String owner = SubDevices.owner(filter);
        int slash = owner == null ? -1 : owner.indexOf('/');
        Device sub =
                owner == null
                        ? null
                        : registry.find(owner.substring(0, slash), owner.substring(slash + 1));
        return sub != null
                && d.deviceId().equals(sub.parent())
                && AlinkTopic.maySubscribe(filter, sub);
    }
}
