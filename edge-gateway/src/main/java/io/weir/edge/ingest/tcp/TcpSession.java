package io.weir.edge.ingest.tcp;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Outcome;
import io.weir.edge.alink.Sender;
import io.weir.edge.debug.Watch;
import io.weir.edge.guard.Allowance;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.ingest.Stay;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One device's connection. Lives on its event loop; only {@link #publish}, {@link #update} and
 * {@link #end} may come from elsewhere. The stream has no acknowledgements: when the journal does
 * not take a message the connection ends, so that the device notices.
 */
final class TcpSession implements Sender {
    private static final Logger LOG = LoggerFactory.getLogger(TcpSession.class);
    static final int FORCE_CLOSE_MS = 2000;

    final TcpLoop loop;
    final Allowance allowance;
    private final NetSocket socket;
    private final Stay stay;
    private final Talk talk;
    private final ArrayDeque<TcpTurn> pending = new ArrayDeque<>(2);
    private final AtomicInteger outgoing = new AtomicInteger();

    TcpSession(TcpLoop loop, NetSocket socket, Endpoint endpoint, Device device) {
        this.loop = loop;
        this.socket = socket;
        this.allowance = loop.allowances.of(device.productKey(), device.tenant());
        this.stay = new Stay(loop.transport, device, String.valueOf(socket.remoteAddress()));
        this.talk = Talks.of(this, endpoint);
    }

    /**
     * @param rest what came behind the registration already
     */
    void begin(byte[] rest) {
        loop.add(this);
        stay.begin(
                this,
                loop.vertx,
                loop.config.epochWait().toMillis(),
                () -> {
                    if (stay.ended()) {
                        return;
                    }
                    read(true);
                    talk.begin();
                    if (rest.length > 0) {
                        talk.received(rest);
                    }
                });
    }

    void received(byte[] bytes) {
        if (!stay.ended()) {
            talk.received(bytes);
        }
    }

    /** A message of the device: checked, journaled, metered. */
    void handle(AlinkTopic topic, byte[] payload) {
        TcpTurn turn = new TcpTurn(this, topic);
        pending.add(turn);
        loop.desk.handle(turn, payload, payload.length);
    }

    /** As many messages wait for the journal as may. */
    boolean full() {
        return pending.size() >= loop.config.inFlightMax();
    }

    /** Answers what is settled, in the order of arrival. */
    void drain() {
        for (TcpTurn t = pending.peek(); t != null && t.settled(); t = pending.peek()) {
            pending.poll();
            t.tell(loop.transport.alink().inlet());
            if (!t.kept()) {
                loop.transport.messages().count(t.topic(), Outcome.REFUSED);
                cut("the journal did not take a message");
            } else if (!stay.ended()) {
                talk.answered(t);
            }
        }
        if (!stay.ended()) {
            talk.more();
        }
    }

    /** Any thread. False when too much is on its way to the device already. */
    boolean write(byte[] bytes) {
        if (stay.ended()) {
            return false;
        }
        if (outgoing.incrementAndGet() > loop.config.outboundMax()) {
            outgoing.decrementAndGet();
            return false;
        }
        socket.write(Buffer.buffer(bytes)).onComplete(done -> outgoing.decrementAndGet());
        return true;
    }

    /** Takes bytes from the socket, or leaves them there, so that TCP slows the device down. */
    void read(boolean on) {
        if (on) {
            socket.resume();
        } else {
            socket.pause();
        }
    }

    boolean ended() {
        return stay.ended();
    }

    /** The gateway ends it for what the device did. */
    void cut(String reason) {
        if (!stay.ended()) {
            loop.shared.cut.increment();
            LOG.info("{} is cut off: {}", device(), reason);
            end(reason);
        }
    }

    @Override
    public void end(String reason) {
        if (!stay.end(this, reason)) {
            return;
        }
        if (Vertx.currentContext() == loop.context) {
            close();
        } else {
            loop.context.runOnContext(v -> close());
        }
    }

    private void close() {
        loop.remove(this);
        talk.end();
        // A polite close waits for what is still to be written, which a peer that reads nothing
        // never lets happen.
        var channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        long force = loop.vertx.setTimer(FORCE_CLOSE_MS, t -> channel.close());
        channel.closeFuture().addListener(closed -> loop.vertx.cancelTimer(force));
        socket.close();
    }

    boolean banned() {
        return loop.transport.guard().banned(Kind.DEVICE, device().deviceId()) != null
                || address() instanceof InetAddress a && loop.transport.guard().banned(a);
    }

    private @Nullable InetAddress address() {
        String host = socket.remoteAddress() == null ? null : socket.remoteAddress().hostAddress();
        try {
            return host == null ? null : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    boolean dispensing() {
        return stay.dispensing();
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        boolean sent = stay.live() && talk.publish(topic, payload);
        Watch watch = loop.transport.alink().watches().of(device());
        if (watch != null) {
            watch.sent(topic, payload, sent);
        }
        return sent;
    }

    @Override
    public void update(Device device) {
        if (!stay.update(device)) {
            end("the product became another kind");
        }
    }

    @Override
    public Device device() {
        return stay.device();
    }

    @Override
    public long connection() {
        return stay.connection();
    }

    @Override
    public long epoch() {
        return stay.epoch();
    }

    @Override
    public boolean extRrpc() {
        return false;
    }

    @Override
    public @Nullable CounterWatch counters() {
        return stay.counters();
    }
}
