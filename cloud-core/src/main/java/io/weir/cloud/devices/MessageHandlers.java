package io.weir.cloud.devices;

import io.vertx.core.Future;
import io.weir.api.devices.MessageOps;
import io.weir.api.devices.MessageOps.AskDevice;
import io.weir.api.devices.MessageOps.Broadcast;
import io.weir.api.devices.MessageOps.Reached;
import io.weir.api.devices.MessageOps.Said;
import io.weir.api.devices.MessageOps.SendMessage;
import io.weir.api.devices.MessageOps.Sent;
import io.weir.api.edge.EdgeApi;
import io.weir.cloud.devices.TopicStore.ProductTopics;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.OwnTopics;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Messages to devices on topics of their own. None of them is a command: a dispense, a service, a
 * property has its own way down, and no message takes its place.
 */
final class MessageHandlers {
    private static final Duration BROADCAST_EVERY = Duration.ofMinutes(1);

    private final Tx tx;
    private final Bus bus;
    private final Time time;

    MessageHandlers(Tx tx, Bus bus, Time time) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
    }

    /**
     * @param topic the whole one
     */
    private record Target(String gateway, String topic) {}

    Sent send(Call call, SendMessage request) {
        byte[] payload = payload(request.text(), request.base64());
        Target to = target(call, request.deviceId(), request.topic(), "message.send");
        var publish =
                new EdgeApi.Publish(
                        request.deviceId(), to.topic(), payload, request.qos(), request.keep());
        return new Sent(bus.call(EdgeApi.PUBLISH.at(to.gateway()), publish, call).await().kept());
    }

    Said ask(Call call, AskDevice request) {
        byte[] payload = payload(request.text(), request.base64());
        Target to = target(call, request.deviceId(), request.topic(), "message.ask");
        var ask = new EdgeApi.Ask(request.deviceId(), to.topic(), payload);
        byte[] said = bus.call(EdgeApi.ASK.at(to.gateway()), ask, call).await().payload();
        return new Said(text(said), Base64.getEncoder().encodeToString(said));
    }

    private Target target(Call call, String deviceId, String topic, String action) {
        Instant now = time.now();
        return tx.run(
                call.scope(),
                c -> {
                    DeviceRow device = DeviceStore.get(c, deviceId);
                    ProductTopics product = TopicStore.get(c, device.productId());
                    if (!OwnTopics.of(product.topics()).maySubscribe(topic)) {
                        throw Rejected.invalid(
                                "topic", "is none that the product's devices may subscribe to");
                    }
                    if (!device.usable()) {
                        throw new Rejected(
                                DevicesError.DEVICE_NOT_USABLE,
                                "device " + deviceId + " is " + device.status());
                    }
                    String connected = device.connectedTo();
                    String gateway = connected == null ? device.gateway() : connected;
                    if (gateway == null) {
                        throw new Rejected(
                                DevicesError.DEVICE_OFFLINE,
                                "device " + deviceId + " has no gateway");
                    }
                    Deeds.add(c, call, now, device.tenant(), action, "device:" + deviceId, topic);
                    return new Target(
                            gateway,
                            "/" + device.productKey() + "/" + device.deviceName() + "/" + topic);
                });
    }

    /** The tenant's own devices of the product; of a platform's product too. */
    Reached broadcast(Call call, Broadcast request) {
        record Plan(String productKey, List<String> gateways) {}
        byte[] payload = payload(request.text(), request.base64());
        Instant now = time.now();
        long id = request.productId();
        String tenant = call.scope().path();
        Plan plan =
                tx.run(
                        call.scope(),
                        c -> {
                            String key = TopicStore.get(c, id).productKey();
                            if (!TopicStore.broadcast(c, tenant, id, BROADCAST_EVERY, now)) {
                                throw new Rejected(
                                        CommonError.TOO_MANY_REQUESTS,
                                        "one broadcast a minute for each product");
                            }
                            Deeds.add(
                                    c,
                                    call,
                                    now,
                                    tenant,
                                    "message.broadcast",
                                    "product:" + id,
                                    request.name());
                            return new Plan(key, TopicStore.gateways(c, call.scope(), id));
                        });
        var message = new EdgeApi.Broadcast(plan.productKey(), tenant, request.name(), payload);
        List<Future<EdgeApi.Reached>> answers = new ArrayList<>();
        for (String gateway : plan.gateways()) {
            answers.add(bus.call(EdgeApi.BROADCAST.at(gateway), message, call));
        }
        int devices = 0;
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            try {
                devices += answers.get(i).await().devices();
            } catch (Rejected e) {
                silent.add(plan.gateways().get(i));
            }
        }
        return new Reached(devices, silent);
    }

    private static byte[] payload(@Nullable String text, @Nullable String base64) {
        if ((text == null) == (base64 == null)) {
            throw Rejected.invalid("text", "or base64 must be given, not both");
        }
        byte[] payload = text == null ? decoded(base64) : text.getBytes(StandardCharsets.UTF_8);
        if (payload.length > MessageOps.PAYLOAD_BYTES) {
            throw Rejected.invalid(
                    text == null ? "base64" : "text",
                    "is longer than " + MessageOps.PAYLOAD_BYTES + " bytes");
        }
        return payload;
    }

    private static byte[] decoded(@Nullable String base64) {
        try {
            return Base64.getDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("base64", "is no base64");
        }
    }

    private static @Nullable String text(byte[] said) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(said)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
