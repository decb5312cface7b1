package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * Stands before {@link Intake} while a connection is not read: keeps back what was taken from the
 * socket already, at most one read's worth (64 KiB) of packets, in order. The rest stays in the
 * peer's and the kernel's buffers, so that TCP slows the device down and nothing is lost.
 */
final class Hold extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext socket;
    private final ArrayDeque<Object> held = new ArrayDeque<>();

    private Hold(ChannelHandlerContext socket) {
        this.socket = socket;
    }

    /** Not read from now on; on the socket's loop. */
    static Hold of(ChannelHandlerContext socket) {
        Hold hold = new Hold(socket);
        socket.pipeline().addBefore(Intake.NAME, null, hold);
        socket.channel().config().setAutoRead(false);
        return hold;
    }

    /**
     * Lets in what was kept back, packet by packet, while {@code further} says so; when all is in,
     * reads on and steps aside.
     */
    void letIn(BooleanSupplier further) {
        ChannelHandlerContext here = socket.pipeline().context(this);
        if (here == null) {
            return;
        }
        while (further.getAsBoolean() && !held.isEmpty()) {
            here.fireChannelRead(held.poll());
        }
        here.fireChannelReadComplete();
        if (further.getAsBoolean()) {
            socket.pipeline().remove(this);
            socket.channel().config().setAutoRead(true);
        }
    }

    /** Steps aside for good; what was kept back is dropped. */
    void drop() {
        if (socket.pipeline().context(this) != null) {
            socket.pipeline().remove(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object packet) {
        held.add(packet);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext here) {
        for (Object packet = held.poll(); packet != null; packet = held.poll()) {
            ReferenceCountUtil.release(packet);
        }
    }
}
