package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.MqttEndpoint;
import io.weir.edge.ingest.mqtt.MqttMeters.Connect;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets devices in: client id, keep-alive, connect rate, credentials, usability (facts: alink.md
 * section 1, Session rules). The C SDK takes 4 for "wrong triple" and knows no 5, so 4 stands for
 * every device that must not come in; 3 when neither cache nor cloud can tell; 2 for what is
 * malformed.
 */
final class Doorman {
    private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);
    private static final int MQTT_5 = 5;

    private final MqttLoop loop;
    private final MqttIngest shared;
    private final ConnectLimiter limiter;

    Doorman(MqttLoop loop, ConnectLimiter limiter) {
        this.loop = loop;
        this.shared = loop.shared;
        this.limiter = limiter;
    }

    /** One connection on its way in. */
    private final class Arrival {
        final MqttEndpoint endpoint;
        final ChannelHandlerContext socket;
        final Gate gate;
        boolean closed;
        boolean saidGoodbye;
        @Nullable MqttSession session;

        Arrival(MqttEndpoint endpoint) {
            this.endpoint = endpoint;
            this.socket = EndpointSocket.of(endpoint);
            this.gate = Gate.shut(socket, loop.config.inFlightMax(), loop.config.maxMessageBytes());
            endpoint.closeHandler(v -> closed());
            endpoint.exceptionHandler(t -> broken(t));
        }

        private void closed() {
            if (!closed) {
                closed = true;
                shared.meters.open.decrementAndGet();
            }
            if (session != null) {
                session.end(saidGoodbye ? "disconnect" : "connection closed");
            }
        }

        private void broken(Throwable fault) {
            if (session != null) {
                session.broken(fault);
            }
        }
    }

    void arrived(MqttEndpoint endpoint) {
        Arrival arrival = new Arrival(endpoint);
        if (shared.meters.open.incrementAndGet() > loop.config.maxConnections()) {
            refuse(arrival, Connect.TOO_MANY);
            return;
        }
        int keepAlive = endpoint.keepAliveTimeSeconds();
        if (keepAlive < loop.config.keepAliveMin() || keepAlive > loop.config.keepAliveMax()) {
            refuse(arrival, Connect.KEEP_ALIVE);
            return;
        }
        String raw = endpoint.clientIdentifier();
        ClientId id = ClientId.parse(raw == null ? "" : raw);
        if (id == null || id.authType() != null) {
            refuse(arrival, Connect.MALFORMED);
            return;
        }
        DeviceAuth.Name name =
                endpoint.auth() == null
                        ? null
                        : DeviceAuth.Name.parse(endpoint.auth().getUsername());
        if (name == null) {
            refuse(arrival, Connect.CREDENTIALS);
            return;
        }
        String key =
                endpoint.remoteAddress().hostAddress()
                        + ' '
                        + name.productKey()
                        + '/'
                        + name.deviceName();
        if (!limiter.allow(key, shared.time.tick().ms())) {
            refuse(arrival, Connect.TOO_OFTEN);
            return;
        }
        Device known = shared.registry.find(name.productKey(), name.deviceName());
        if (known != null && shared.registry.trusted()) {
            decide(arrival, id, name, known);
        } else {
            ask(arrival, id, name);
        }
    }

    private void ask(Arrival arrival, ClientId id, DeviceAuth.Name name) {
        shared.lookups
                .ask(name.productKey(), name.deviceName())
                .onComplete(
                        done ->
                                loop.context.runOnContext(
                                        v -> {
                                            Device device = done.result();
                                            if (arrival.closed) {
                                                return;
                                            }
                                            if (done.failed()) {
                                                refuse(arrival, Connect.CANNOT_TELL);
                                            } else if (device == null) {
                                                refuse(arrival, Connect.UNKNOWN_DEVICE);
                                            } else {
                                                decide(arrival, id, name, device);
                                            }
                                        }));
    }

    private void decide(Arrival arrival, ClientId id, DeviceAuth.Name name, Device device) {
        MqttEndpoint endpoint = arrival.endpoint;
        String refusal = device.refusal();
        // A removed device has no secret any more; an empty one must not open anything.
        if (device.secret().isEmpty()
                || !DeviceAuth.verify(id, name, device.secret(), endpoint.auth().getPassword())) {
            refuse(arrival, Connect.CREDENTIALS);
        } else if (refusal != null) {
            LOG.info("{} refused: {}", device, refusal);
            refuse(arrival, Connect.NOT_USABLE);
        } else if (device.product().requireTls() && !endpoint.isSsl()) {
            refuse(arrival, Connect.TLS_REQUIRED);
        } else {
            welcome(arrival, id, device);
        }
    }

    private void welcome(Arrival arrival, ClientId id, Device device) {
        MqttEndpoint endpoint = arrival.endpoint;
        MqttSession session =
                new MqttSession(loop, endpoint, arrival.socket, arrival.gate, device, id.extRrpc());
        arrival.session = session;
        // The C SDK publishes right after CONNACK: all handlers stand before it leaves.
        endpoint.publishAutoAck(false)
                .publishHandler(session::received)
                .subscribeHandler(session::subscribed)
                .unsubscribeHandler(m -> endpoint.unsubscribeAcknowledge(m.messageId()))
                .disconnectHandler(v -> arrival.saidGoodbye = true);
        if (endpoint.protocolVersion() == MQTT_5) {
            endpoint.accept(false, ourLimits(endpoint));
        } else {
            endpoint.accept(false);
        }
        shared.meters.connect(Connect.ACCEPTED);
        session.start();
    }

    private MqttProperties ourLimits(MqttEndpoint endpoint) {
        MqttProperties limits = new MqttProperties();
        limits.add(number(MqttPropertyType.RECEIVE_MAXIMUM, loop.config.inFlightMax()));
        limits.add(number(MqttPropertyType.MAXIMUM_QOS, 1));
        limits.add(number(MqttPropertyType.RETAIN_AVAILABLE, 0));
        limits.add(number(MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE, 0));
        if (endpoint.clientIdentifier() == null) {
            limits.add(
                    new MqttProperties.StringProperty(
                            MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), "anonymous"));
        }
        return limits;
    }

    private static IntegerProperty number(MqttPropertyType type, int value) {
        return new IntegerProperty(type.value(), value);
    }

    private void refuse(Arrival arrival, Connect why) {
        shared.meters.connect(why);
        arrival.gate.drop();
        boolean v5 = arrival.endpoint.protocolVersion() == MQTT_5;
        arrival.endpoint.reject(
                switch (why) {
                    case MALFORMED, KEEP_ALIVE ->
                            v5
                                    ? MqttConnectReturnCode
                                            .CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
                                    : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
                    case TOO_MANY, TOO_OFTEN, CANNOT_TELL ->
                            v5
                                    ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5
                                    : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
                    case CREDENTIALS, UNKNOWN_DEVICE, NOT_USABLE, TLS_REQUIRED, ACCEPTED ->
                            v5
                                    ? MqttConnectReturnCode
                                            .CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
                                    : MqttConnectReturnCode
                                            .CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
                });
    }
}
