package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;

/**
 * Stands before vertx-mqtt and takes the publishes of a device that is in, which vertx-mqtt would
 * copy once more and hand on through six layers: a tenth of what a message cost (ADR 006). All
 * other packets, and those that could not be decoded, go on to vertx-mqtt.
 */
final class Intake extends ChannelInboundHandlerAdapter {
    /** What holds packets back stands before this name. */
    static final String NAME = "weir-intake";

    private final MqttSession session;
    private final MqttEndpoint endpoint;
    private final ContextInternal context;

    private Intake(MqttSession session, MqttEndpoint endpoint, ContextInternal context) {
        this.session = session;
        this.endpoint = endpoint;
        this.context = context;
    }

    /** From now on publishes go to the session, on its loop's context. */
    static void open(
            ChannelHandlerContext socket,
            MqttSession session,
            MqttEndpoint endpoint,
            ContextInternal context) {
        socket.pipeline().addBefore(socket.name(), NAME, new Intake(session, endpoint, context));
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object packet) {
        if (packet instanceof MqttPublishMessage publish
                && publish.decoderResult().isSuccess()
                && endpoint.isConnected()) {
            try {
                context.emit(publish, session::received);
            } finally {
                ReferenceCountUtil.release(publish);
            }
        } else {
            here.fireChannelRead(packet);
        }
    }
}
