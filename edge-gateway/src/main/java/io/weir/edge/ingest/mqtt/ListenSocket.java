package io.weir.edge.ingest.mqtt;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.impl.MqttServerImpl;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The listening socket behind an MQTT server, which neither vertx-mqtt nor Vert.x shows (ADR 006).
 * With it a stranger is turned away at accept, before a TLS handshake that would cost us a hundred
 * times what it costs him.
 */
final class ListenSocket {
    private static final MethodHandle SERVER =
            field(MqttServerImpl.class, "server", NetServer.class);
    private static final MethodHandle ACTUAL =
            field(NetServerImpl.class, "actualServer", NetServerImpl.class);
    private static final MethodHandle BOUND =
            field(NetServerImpl.class, "bindFuture", Future.class);

    private ListenSocket() {}

    /** Of a server that listens; servers of one port share one. */
    static Channel of(MqttServer listening) {
        try {
            var server = (NetServerImpl) (NetServer) SERVER.invoke((MqttServerImpl) listening);
            var actual = (NetServerImpl) ACTUAL.invoke(server);
            return (Channel) ((Future<?>) BOUND.invoke(actual)).result();
        } catch (Throwable e) {
            throw new IllegalStateException("the listening socket of an MQTT server", e);
        }
    }

    private static MethodHandle field(Class<?> of, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(of, MethodHandles.lookup())
                    .findGetter(of, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
