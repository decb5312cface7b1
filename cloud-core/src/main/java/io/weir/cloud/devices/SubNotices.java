package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.api.edge.EdgeApi;
import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tells a gateway device what happened to its sub-devices. A courtesy: one that is offline learns
 * it when it asks for its topology, or when a login is refused.
 */
final class SubNotices {
    private static final Logger LOG = LoggerFactory.getLogger(SubNotices.class);

    /** With the number of facts: alink.md section 6, and what the sub-device itself is told. */
    enum Change {
        ADDED(0, null),
        REMOVED(1, "delete"),
        ENABLED(2, "enable"),
        DISABLED(8, "disable");

        final int status;
        final @Nullable String word;

        Change(int status, @Nullable String word) {
            this.status = status;
            this.word = word;
        }
    }

    private final Tx tx;
    private final Bus bus;

    SubNotices(Tx tx, Bus bus) {
        this.tx = tx;
        this.bus = bus;
    }

    /** To the gateway, and on each sub-device's own topic over the gateway's connection. */
    void changed(Call call, String gateway, Change change, List<Member> subs) {
        String edge = tx.system(c -> TopologyStore.connected(c, gateway));
        if (edge == null) {
            return;
        }
        if (change.word != null) {
            subs.forEach(sub -> own(call, edge, gateway, sub, change.word));
        }
        ObjectNode params = Json.MAPPER.createObjectNode().put("status", change.status);
        var list = params.putArray("subList");
        subs.forEach(sub -> list.add(SubName.of(sub).json()));
        request(call, edge, gateway, "thing/topo/change", params.toString());
    }

    /** Asks the gateway to add this one; false when it is not connected. */
    boolean ask(Call call, String gateway, SubName name) {
        String edge = tx.system(c -> TopologyStore.connected(c, gateway));
        return edge != null
                && request(
                        call, edge, gateway, "thing/topo/add/notify", SubName.json(List.of(name)));
    }

    private boolean request(Call call, String edge, String gateway, String path, String params) {
        try {
            bus.call(
                            EdgeApi.REQUEST.at(edge),
                            new EdgeApi.DeviceRequest(gateway, path, params, false),
                            call)
                    .await();
            return true;
        } catch (Rejected e) {
            LOG.info("{} of {} was not sent: {}", path, gateway, e.getMessage());
            return false;
        }
    }

    private void own(Call call, String edge, String gateway, Member sub, String word) {
        String topic = "/sys/" + sub.productKey() + "/" + sub.deviceName() + "/thing/" + word;
        // The C SDK reads keys in this order, and ids that are digits (facts: alink.md section 0).
        String json =
                "{\"id\":\""
                        + ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE)
                        + "\",\"version\":\"1.0\",\"method\":\"thing."
                        + word
                        + "\",\"params\":{}}";
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        try {
            bus.call(
                            EdgeApi.PUBLISH.at(edge),
                            new EdgeApi.Publish(gateway, topic, payload, 0, false),
                            call)
                    .await();
        } catch (Rejected e) {
            LOG.info("{} was not sent to {}: {}", topic, gateway, e.getMessage());
        }
    }
}
