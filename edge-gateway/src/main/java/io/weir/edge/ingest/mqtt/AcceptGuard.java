package io.weir.edge.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.WaitingRoom.Verdict;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands at the listening socket: closes what must not come in before a byte of it was read, counts
 * the rest as waiting until it has sent its CONNECT or is gone.
 */
final class AcceptGuard extends ChannelInboundHandlerAdapter {
    private static final String NAME = "weir-accept";
    private static final AttributeKey<Ticket> TICKET = AttributeKey.valueOf("weir-waiting");

    private final Guard guard;
    private final MqttMeters meters;
    private final boolean tls;

    private AcceptGuard(Guard guard, MqttMeters meters, boolean tls) {
        this.guard = guard;
        this.meters = meters;
        this.tls = tls;
    }

    /** A place in the waiting room, given back once. */
    private static final class Ticket {
        private final AtomicBoolean given = new AtomicBoolean();
        private final Guard guard;
        private final String party;
        private final boolean tls;

        Ticket(Guard guard, String party, boolean tls) {
            this.guard = guard;
            this.party = party;
            this.tls = tls;
        }

        void giveBack() {
            if (given.compareAndSet(false, true)) {
                guard.room().leave(party, tls);
            }
        }
    }

    /**
     * Servers of one port share the socket: only the first one's guard stays.
     *
     * @return completes when it stands there
     */
    static Future<Void> at(Channel listening, Guard guard, MqttMeters meters, boolean tls) {
        Promise<Void> standing = Promise.promise();
        listening
                .eventLoop()
                .execute(
                        () -> {
                            if (listening.pipeline().get(NAME) == null) {
                                listening
                                        .pipeline()
                                        .addFirst(NAME, new AcceptGuard(guard, meters, tls));
                            }
                            standing.complete();
                        });
        return standing.future();
    }

    /** The connection has sent its CONNECT. */
    static void arrived(Channel connection) {
        Ticket ticket = connection.attr(TICKET).get();
        if (ticket != null) {
            ticket.giveBack();
        }
    }

    /** Null when the peer is gone already. */
    static @Nullable InetAddress address(Channel connection) {
        return connection.remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress()
                : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object accepted) {
        Channel connection = (Channel) accepted;
        InetAddress address = address(connection);
        if (address == null) {
            connection.unsafe().closeForcibly();
            return;
        }
        Verdict verdict = guard.accept(address, tls);
        meters.accept(verdict);
        if (verdict != Verdict.IN) {
            connection.unsafe().closeForcibly();
            return;
        }
        Ticket ticket = new Ticket(guard, Guard.party(address), tls);
        connection.attr(TICKET).set(ticket);
        connection.closeFuture().addListener(closed -> ticket.giveBack());
        here.fireChannelRead(connection);
    }
}
