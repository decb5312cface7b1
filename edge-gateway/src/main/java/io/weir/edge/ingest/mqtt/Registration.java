package io.weir.edge.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.edge.arrival.ArrivalConfig;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.guard.Guard;
import io.weir.edge.ingest.mqtt.MqttMeters.Connect;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Dynamic registration over MQTT (facts: alink.md section 2): the CONNECT is the question, the
 * answer is pushed without a subscription, then the connection has no further use. Only {@code
 * authType} register and regnwl; connwl is a login like others, by a token instead of a signature.
 */
final class Registration {
    private static final String TOKEN_LOGIN = "connwl";

    private final MqttLoop loop;
    private final Arrivals arrivals;

    Registration(MqttLoop loop) {
        this.loop = loop;
        this.arrivals = loop.shared.arrivals;
    }

    /** What the connection asks for; null when it is no registration. */
    static @Nullable Form form(@Nullable ClientId id) {
        String type = id == null ? null : id.authType();
        if (type == null) {
            return null;
        }
        return switch (type) {
            case "register" -> Form.SECRET;
            case "regnwl" -> Form.TOKEN;
            default -> null;
        };
    }

    /** Does the connection want in, by a signature or by a token? */
    static boolean login(ClientId id) {
        return id.authType() == null || byToken(id);
    }

    static boolean byToken(ClientId id) {
        return TOKEN_LOGIN.equals(id.authType());
    }

    /**
     * @param refuse ends the connection with the code for this reason
     * @param opened called after the answer: what came behind CONNECT may be looked at
     */
    void begin(
            MqttEndpoint endpoint,
            ClientId id,
            Form form,
            Consumer<Connect> refuse,
            Runnable opened) {
        DeviceAuth.Name name =
                endpoint.auth() == null
                        ? null
                        : DeviceAuth.Name.parse(endpoint.auth().getUsername());
        String sign = endpoint.auth() == null ? null : endpoint.auth().getPassword();
        Channel channel = EndpointSocket.of(endpoint).channel();
        InetAddress peer = AcceptGuard.address(channel);
        if (name == null || sign == null || id.random() == null || peer == null) {
            refuse.accept(Connect.MALFORMED);
            return;
        }
        var asked =
                new Arrivals.Asked(
                        form,
                        name.productKey(),
                        name.deviceName(),
                        id.random(),
                        sign,
                        id.method().name(),
                        endpoint.isSsl());
        arrivals.register(asked, Guard.party(peer), peer.getHostAddress())
                .onComplete(
                        done ->
                                loop.context.runOnContext(
                                        v -> {
                                            Connect why = refusal(done.result());
                                            if (!channel.isActive()) {
                                                return;
                                            }
                                            if (why == null) {
                                                answer(
                                                        endpoint,
                                                        asked,
                                                        done.result(),
                                                        arrivals.config());
                                                opened.run();
                                            } else {
                                                refuse.accept(why);
                                            }
                                        }));
    }

    /** Null when it is answered. */
    private static @Nullable Connect refusal(@Nullable Registered answer) {
        if (answer == null) {
            return Connect.CANNOT_TELL;
        }
        return switch (answer.code()) {
            case RegistrationApi.SUCCESS -> null;
            case RegistrationApi.TOO_MANY -> Connect.TOO_OFTEN;
            case RegistrationApi.BAD_PARAMETER, RegistrationApi.BAD_NAME -> Connect.MALFORMED;
            default -> Connect.CREDENTIALS;
        };
    }

    private void answer(
            MqttEndpoint endpoint, Arrivals.Asked asked, Registered answer, ArrivalConfig config) {
        endpoint.publishAutoAck(false).publishHandler(m -> endpoint.close());
        endpoint.accept(false);
        long stay = config.registrationStay().toMillis();
        long timer = loop.vertx.setTimer(stay, t -> EndpointSocket.of(endpoint).close());
        EndpointSocket.of(endpoint)
                .channel()
                .closeFuture()
                .addListener(closed -> loop.vertx.cancelTimer(timer));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("productKey", asked.productKey());
        body.put("deviceName", asked.deviceName());
        if (asked.form() == Form.SECRET) {
            body.put("deviceSecret", answer.deviceSecret());
        } else {
            body.put("clientId", answer.clientId());
            body.put("deviceToken", answer.deviceToken());
        }
        String topic = asked.form() == Form.SECRET ? "/ext/register" : "/ext/regnwl";
        endpoint.publish(topic, Buffer.buffer(Json.text(body)), MqttQoS.AT_MOST_ONCE, false, false);
    }
}
