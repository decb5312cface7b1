package io.weir.edge.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.MqttEndpoint;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.LagWatch;
import io.weir.edge.guard.TokenBuckets;
import io.weir.edge.ingest.mqtt.MqttMeters.Connect;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;

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
    private final TokenBuckets deviceConnects;
    private final Registration registration;

    Doorman(MqttLoop loop, TokenBuckets deviceConnects) {
        this.loop = loop;
        this.shared = loop.shared;
        this.deviceConnects = deviceConnects;
        this.registration = new Registration(loop);
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
        AcceptGuard.arrived(arrival.socket.channel());
        Connect unwelcome = unwelcome(arrival.socket.channel());
        if (unwelcome != null) {
            refuse(arrival, unwelcome);
            return;
        }
        String raw = endpoint.clientIdentifier();
        ClientId id = ClientId.parse(raw == null ? "" : raw);
        Form form = Registration.form(id);
        if (id != null && form != null) {
            registration.begin(
                    endpoint, id, form, why -> refuse(arrival, why), () -> registered(arrival));
            return;
        }
        int keepAlive = endpoint.keepAliveTimeSeconds();
        if (keepAlive < loop.config.keepAliveMin() || keepAlive > loop.config.keepAliveMax()) {
            refuse(arrival, Connect.KEEP_ALIVE);
            return;
        }
        if (id == null || !Registration.login(id)) {
            refuse(arrival, Connect.MALFORMED);
            return;
        }
        if (shared.guard.banned(Kind.CLIENT_ID, id.cid()) != null) {
            refuse(arrival, Connect.BANNED);
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
        if (!deviceConnects.allow(key, loop.nowMs())) {
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

    /** What stands against anybody's coming in now, from this address; null when nothing does. */
    private @Nullable Connect unwelcome(Channel channel) {
        if (shared.guard.draining()) {
            return Connect.DRAINING;
        }
        if (loop.lag.level() != LagWatch.Level.CALM) {
            return Connect.OVERLOADED;
        }
        InetAddress peer = AcceptGuard.address(channel);
        if (peer == null) {
            return Connect.MALFORMED;
        }
        return shared.guard.connect(Guard.party(peer)) ? null : Connect.TOO_OFTEN;
    }

    private void registered(Arrival arrival) {
        shared.meters.connect(Connect.REGISTERED);
        arrival.gate.open();
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
        if (shared.guard.banned(Kind.DEVICE, device.deviceId()) != null) {
            refuse(arrival, Connect.BANNED);
        } else if (!DeviceAuth.proven(id, name, device, endpoint.auth().getPassword())) {
            refuse(arrival, Connect.CREDENTIALS);
        } else if (refusal != null) {
            LOG.info("{} refused: {}", device, refusal);
            refuse(arrival, Connect.NOT_USABLE);
        } else if (device.product().requireTls() && !endpoint.isSsl()) {
            refuse(arrival, Connect.TLS_REQUIRED);
        } else if (shared.guard.flapping(device.deviceId())) {
            refuse(arrival, Connect.BANNED);
        } else if (!shared.guard.arrive(device.productKey(), device.tenant())) {
            refuse(arrival, Connect.OWNER_TOO_FAST);
        } else {
            welcome(arrival, id, device);
        }
    }

    private void welcome(Arrival arrival, ClientId id, Device device) {
        MqttEndpoint endpoint = arrival.endpoint;
        MqttSession session =
                new MqttSession(loop, endpoint, arrival.socket, arrival.gate, device, id);
        arrival.session = session;
        // The C SDK publishes right after CONNACK: all handlers stand before it leaves.
        Intake.open(arrival.socket, session, endpoint, loop.context);
        endpoint.publishAutoAck(false)
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
                    case TOO_MANY,
                            TOO_OFTEN,
                            CANNOT_TELL,
                            BANNED,
                            OWNER_TOO_FAST,
                            OVERLOADED,
                            DRAINING ->
                            v5
                                    ? notNow(why)
                                    : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
                    case CREDENTIALS,
                            UNKNOWN_DEVICE,
                            NOT_USABLE,
                            TLS_REQUIRED,
                            ACCEPTED,
                            REGISTERED ->
                            v5
                                    ? MqttConnectReturnCode
                                            .CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
                                    : MqttConnectReturnCode
                                            .CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
                });
    }

    /** MQTT 5 tells apart what 3.1.1 calls "unavailable". */
    private static MqttConnectReturnCode notNow(Connect why) {
        return switch (why) {
            case TOO_OFTEN -> MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED;
            case TOO_MANY, OWNER_TOO_FAST ->
                    MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED;
            case BANNED -> MqttConnectReturnCode.CONNECTION_REFUSED_BANNED;
            case OVERLOADED -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY;
            case DRAINING -> MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER;
            default -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5;
        };
    }
}
