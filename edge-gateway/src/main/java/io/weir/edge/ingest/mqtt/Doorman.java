package io.weir.edge.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttDisconnectMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.edge.debug.Watch;
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
import java.security.cert.X509Certificate;

/**
 * Lets devices in: client id, keep-alive, connect rate, credentials, usability (facts: alink.md
 * section 1, Session rules). The C SDK takes 4 for "wrong triple" and knows no 5, so 4 stands for
 * every device that must not come in; 3 when neither cache nor cloud can tell; 2 for what is
 * malformed.
 */
final class Doorman {
    private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);

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
        final Terms terms;
        final @Nullable X509Certificate certificate;
        boolean closed;
        boolean saidGoodbye;
        @Nullable MqttSession session;

        /** Who it says it is, if that one is known. */
        @Nullable Device claimed;

        Arrival(MqttEndpoint endpoint) {
            this.endpoint = endpoint;
            this.socket = EndpointSocket.of(endpoint);
            this.terms = Terms.of(endpoint, loop.config);
            this.certificate = Certificates.of(endpoint);
            this.gate = Gate.shut(socket, loop.config.inFlightMax(), loop.config.maxMessageBytes());
            endpoint.closeHandler(v -> closed());
            // vertx-mqtt forgets the handler of some who break the protocol; the socket does not,
            // and what is counted as open is bounded.
            socket.channel()
                    .closeFuture()
                    .addListener(gone -> loop.context.runOnContext(v -> closed()));
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
        int keepAlive = arrival.terms.keepAlive();
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
                        ? Certificates.name(arrival.certificate)
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
        Device known = shared.registry.find(name.productKey(), name.deviceName());
        arrival.claimed = known;
        if (!deviceConnects.allow(key, loop.nowMs())) {
            refuse(arrival, Connect.TOO_OFTEN);
            return;
        }
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
        arrival.claimed = device;
        if (shared.guard.banned(Kind.DEVICE, device.deviceId()) != null) {
            refuse(arrival, Connect.BANNED);
        } else if (!certified(arrival, name)) {
            refuse(arrival, Connect.CERTIFICATE);
        } else if (arrival.certificate == null
                ? !DeviceAuth.proven(id, name, device, endpoint.auth().getPassword())
                : device.secret().isEmpty()) {
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
            Will.Fault fault = Will.fault(endpoint, device, loop.config.maxMessageBytes());
            if (fault == Will.Fault.NONE) {
                welcome(arrival, id, device);
            } else {
                refuse(arrival, Connect.WILL, Refusals.of(fault, arrival.terms.v5()));
            }
        }
    }

    /** A certificate stands for the password; one of another device opens nothing. */
    private boolean certified(Arrival arrival, DeviceAuth.Name name) {
        if (arrival.certificate == null) {
            return !(arrival.endpoint.isSsl() && loop.config.clientCertRequired());
        }
        return name.equals(Certificates.name(arrival.certificate));
    }

    private void welcome(Arrival arrival, ClientId id, Device device) {
        MqttEndpoint endpoint = arrival.endpoint;
        Terms terms = arrival.terms;
        MqttSession session =
                new MqttSession(loop, endpoint, arrival.socket, arrival.gate, device, id, terms);
        arrival.session = session;
        // The C SDK publishes right after CONNACK: all handlers stand before it leaves.
        Intake.open(arrival.socket, session, endpoint, loop.context);
        endpoint.publishAutoAck(false)
                .subscribeHandler(session::subscribed)
                .unsubscribeHandler(session.mail()::unsubscribed)
                .publishAcknowledgeHandler(session.mail()::acked)
                .disconnectMessageHandler(m -> goodbye(arrival, m));
        boolean present = !terms.clean() && loop.mail.present(device.deviceId());
        if (terms.v5()) {
            KeepAlive.watch(arrival.socket, session, terms.keepAlive());
            endpoint.accept(present, ourLimits(endpoint, terms, device));
        } else {
            endpoint.accept(present);
        }
        shared.meters.connect(Connect.ACCEPTED);
        session.start();
    }

    private static void goodbye(Arrival arrival, MqttDisconnectMessage m) {
        arrival.saidGoodbye = m.code() != MqttDisconnectReasonCode.WITH_WILL_MESSAGE;
        if (arrival.session != null) {
            arrival.session.mail().goodbye(m.properties());
        }
    }

    private MqttProperties ourLimits(MqttEndpoint endpoint, Terms terms, Device device) {
        MqttProperties limits = new MqttProperties();
        limits.add(number(MqttPropertyType.RECEIVE_MAXIMUM, loop.config.inFlightMax()));
        limits.add(number(MqttPropertyType.MAXIMUM_QOS, 1));
        limits.add(number(MqttPropertyType.RETAIN_AVAILABLE, 0));
        limits.add(number(MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE, 0));
        limits.add(number(MqttPropertyType.TOPIC_ALIAS_MAXIMUM, Aliases.MAX));
        limits.add(number(MqttPropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
        limits.add(
                number(
                        MqttPropertyType.MAXIMUM_PACKET_SIZE,
                        MqttIngestVerticle.packetMax(loop.config)));
        if (terms.lifeCut()) {
            limits.add(
                    number(
                            MqttPropertyType.SESSION_EXPIRY_INTERVAL,
                            (int) (terms.lifeMs() / 1000)));
        }
        if (terms.keepAlive() != endpoint.keepAliveTimeSeconds()) {
            limits.add(number(MqttPropertyType.SERVER_KEEP_ALIVE, terms.keepAlive()));
        }
        if (endpoint.clientIdentifier() == null || endpoint.clientIdentifier().isEmpty()) {
            limits.add(
                    new MqttProperties.StringProperty(
                            MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), "anonymous"));
        }
        if (Terms.number(
                        endpoint.connectProperties(),
                        MqttPropertyType.REQUEST_RESPONSE_INFORMATION,
                        0)
                == 1) {
            limits.add(
                    new MqttProperties.StringProperty(
                            MqttPropertyType.RESPONSE_INFORMATION.value(),
                            "/" + device.productKey() + "/" + device.deviceName() + "/"));
        }
        return limits;
    }

    private static IntegerProperty number(MqttPropertyType type, int value) {
        return new IntegerProperty(type.value(), value);
    }

    private void refuse(Arrival arrival, Connect why) {
        refuse(arrival, why, Refusals.of(why, arrival.terms.v5()));
    }

    private void refuse(Arrival arrival, Connect why, MqttConnectReturnCode code) {
        shared.meters.connect(why);
        arrival.gate.drop();
        tell(arrival, why);
        if (arrival.terms.v5()) {
            MqttProperties told = new MqttProperties();
            told.add(
                    new MqttProperties.StringProperty(
                            MqttPropertyType.REASON_STRING.value(), Refusals.word(why)));
            arrival.endpoint.reject(code, told);
        } else {
            arrival.endpoint.reject(code);
        }
    }

    /** Whoever watches the device hears of those who came in its name. */
    private void tell(Arrival arrival, Connect why) {
        Device claimed = arrival.claimed;
        Watch watch = claimed == null ? null : shared.alink.watches().of(claimed);
        if (watch != null) {
            String from = String.valueOf(arrival.endpoint.remoteAddress());
            watch.line("refused", Refusals.word(why) + ", mqtt from " + from);
        }
    }
}
