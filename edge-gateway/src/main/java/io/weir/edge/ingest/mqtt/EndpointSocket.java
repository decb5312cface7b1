package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.impl.MqttEndpointImpl;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The socket behind an endpoint, which vertx-mqtt 5.0 shows nobody. With it the answers to one
 * group commit leave in one write per connection instead of one per PUBACK (the greater part of the
 * cost of a message), and a peer that does not read is noticed.
 */
final class EndpointSocket {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointSocket.class);
    private static final int FORCE_CLOSE_MS = 2000;
    private static final MethodHandle CONN = conn();

    private EndpointSocket() {}

    static ChannelHandlerContext of(MqttEndpoint endpoint) {
        try {
            return ((NetSocketInternal) CONN.invoke((MqttEndpointImpl) endpoint))
                    .channelHandlerContext();
        } catch (Throwable e) {
            throw new IllegalStateException("the socket of an MQTT endpoint", e);
        }
    }

    /**
     * A polite close waits for what is still to be written; a peer that reads nothing would never
     * let it happen. Closed from here the channel waits for nothing.
     */
    static void close(MqttEndpoint endpoint, ChannelHandlerContext socket, Vertx vertx) {
        if (!socket.channel().isWritable()) {
            socket.close();
            return;
        }
        long force = vertx.setTimer(FORCE_CLOSE_MS, t -> socket.close());
        socket.channel().closeFuture().addListener(closed -> vertx.cancelTimer(force));
        try {
            endpoint.close();
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.trace("already closed", e);
        }
    }

    private static MethodHandle conn() {
        try {
            return MethodHandles.privateLookupIn(MqttEndpointImpl.class, MethodHandles.lookup())
                    .findGetter(MqttEndpointImpl.class, "conn", NetSocketInternal.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
