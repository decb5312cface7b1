package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;

/**
 * Silence for one and a half keep-alives ends the connection. Takes the place of vertx-mqtt's own
 * for MQTT 5, where the keep-alive may be ours and the device is told why it is sent away.
 */
final class KeepAlive extends IdleStateHandler {
    private final MqttSession session;

    private KeepAlive(MqttSession session, int seconds) {
        super(seconds + seconds / 2, 0, 0);
        this.session = session;
    }

    static void watch(ChannelHandlerContext socket, MqttSession session, int seconds) {
        ChannelPipeline pipeline = socket.pipeline();
        for (String theirs : new String[] {"idle", "timeoutOnConnect", "keepAliveHandler"}) {
            if (pipeline.get(theirs) != null) {
                pipeline.remove(theirs);
            }
        }
        pipeline.addBefore(socket.name(), null, new KeepAlive(session, seconds));
    }

    @Override
    protected void channelIdle(ChannelHandlerContext here, IdleStateEvent event) {
        session.end("keep-alive timeout");
    }
}
