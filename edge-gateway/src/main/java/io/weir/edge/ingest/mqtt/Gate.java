package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import java.util.ArrayDeque;

/**
 * Stands before vertx-mqtt in the socket's pipeline. While a device is on its way in it keeps what
 * came behind CONNECT (which MQTT allows, and which vertx-mqtt answers by closing); once a
 * connection has ended it drops what still comes (which vertx-mqtt answers with an error in the log
 * for each packet, for anybody to fill our disk with). In between it is not there.
 */
final class Gate extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext socket;
    private final int packetsMax;
    private final long bytesMax;
    private long bytes;
    private final ArrayDeque<Object> held = new ArrayDeque<>(0);
    private boolean dropping;

    private Gate(ChannelHandlerContext socket, int packetsMax, long bytesMax) {
        this.socket = socket;
        this.packetsMax = packetsMax;
        this.bytesMax = bytesMax;
    }

    /**
     * Shut from now on. More than these many packets, or payload bytes, close the connection: it is
     * not known yet who sends them.
     */
    static Gate shut(ChannelHandlerContext socket, int packetsMax, long bytesMax) {
        Gate gate = new Gate(socket, packetsMax, bytesMax);
        socket.pipeline().addBefore(socket.name(), null, gate);
        return gate;
    }

    /** Lets in what was kept, in order, then steps aside. */
    void open() {
        ChannelHandlerContext here = socket.pipeline().context(this);
        if (here == null || dropping) {
            return;
        }
        for (Object packet = held.poll(); packet != null; packet = held.poll()) {
            here.fireChannelRead(packet);
            if (dropping) {
                return;
            }
        }
        here.fireChannelReadComplete();
        socket.pipeline().remove(this);
    }

    /** From now on everything is dropped. */
    void drop() {
        dropping = true;
        release();
        if (socket.pipeline().context(this) == null && socket.channel().isRegistered()) {
            socket.pipeline().addBefore(socket.name(), null, new Gate(socket, 0, 0).dropped());
        }
    }

    private Gate dropped() {
        dropping = true;
        return this;
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object packet) {
        if (packet instanceof ByteBufHolder publish) {
            bytes += publish.content().readableBytes();
        }
        if (dropping) {
            ReferenceCountUtil.release(packet);
        } else if (held.size() < packetsMax && bytes <= bytesMax) {
            held.add(packet);
        } else {
            ReferenceCountUtil.release(packet);
            drop();
            here.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        release();
        here.fireChannelInactive();
    }

    private void release() {
        for (Object packet = held.poll(); packet != null; packet = held.poll()) {
            ReferenceCountUtil.release(packet);
        }
    }
}
