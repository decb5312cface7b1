package io.weir.edge.ingest.tcp;

import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.WaitingRoom.Verdict;
import io.weir.edge.ingest.Admission;
import io.weir.edge.ingest.Refusal;
import io.weir.edge.registry.Device;
import io.weir.runtime.crypto.AlinkSign;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A socket on its way in: until it has said whose it is, and that was found true. Who is turned
 * away is told why, in a line of text, before the socket closes.
 */
final class TcpArrival {
    private static final Logger LOG = LoggerFactory.getLogger(TcpArrival.class);

    private final TcpLoop loop;
    private final NetSocket socket;
    private final Endpoint endpoint;
    private byte[] held = new byte[0];
    private boolean counted;
    private boolean closed;
    private boolean asking;
    private long timer;
    private @Nullable Runnable leaveRoom;
    private @Nullable InetAddress address;
    private @Nullable TcpSession session;

    TcpArrival(TcpLoop loop, NetSocket socket, Endpoint endpoint) {
        this.loop = loop;
        this.socket = socket;
        this.endpoint = endpoint;
    }

    void begin() {
        InetAddress peer = peer(socket);
        Guard guard = loop.transport.guard();
        if (peer == null || guard.accept(peer, endpoint.tls()) != Verdict.IN) {
            socket.close();
            return;
        }
        address = peer;
        leaveRoom = () -> guard.room().leave(Guard.party(peer), endpoint.tls());
        counted = true;
        timer =
                loop.vertx.setTimer(
                        loop.config.registerWithin().toMillis(),
                        t -> refuse(Refusal.MALFORMED, "no registration in time"));
        socket.closeHandler(v -> closed());
        socket.exceptionHandler(t -> LOG.debug("TCP socket: {}", t.toString()));
        socket.handler(this::received);
        if (loop.shared.open.incrementAndGet() > loop.config.maxConnections()) {
            refuse(Refusal.TOO_MANY, "too many connections");
        }
    }

    /** Null when the peer is gone already. */
    private static @Nullable InetAddress peer(NetSocket socket) {
        String host = socket.remoteAddress() == null ? null : socket.remoteAddress().hostAddress();
        try {
            return host == null ? null : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private void closed() {
        closed = true;
        if (counted) {
            counted = false;
            loop.shared.open.decrementAndGet();
        }
        settled();
        if (session != null) {
            session.end("connection closed");
        }
    }

    /** It waits no longer: it is known, refused or gone. */
    private void settled() {
        loop.vertx.cancelTimer(timer);
        if (leaveRoom != null) {
            leaveRoom.run();
            leaveRoom = null;
        }
    }

    private void received(Buffer bytes) {
        if (session != null) {
            session.received(bytes.getBytes());
            return;
        }
        byte[] more = bytes.getBytes();
        int before = held.length;
        held = Arrays.copyOf(held, before + more.length);
        System.arraycopy(more, 0, held, before, more.length);
        if (!asking && !closed) {
            register();
        }
    }

    private void register() {
        Registration.Name name;
        try {
            name = endpoint.registration().read(held, endpoint.productKey());
        } catch (BadFrame e) {
            refuse(Refusal.MALFORMED, e.reason());
            return;
        }
        InetAddress from = address;
        if (name == null || from == null) {
            return;
        }
        asking = true;
        socket.pause();
        byte[] rest = Arrays.copyOfRange(held, name.size(), held.length);
        held = new byte[0];
        var claim =
                new Admission.Claim(
                        endpoint.productKey(),
                        name.deviceName(),
                        from,
                        endpoint.tls(),
                        device -> proven(name, device, from));
        loop.admission
                .admit(claim)
                .onSuccess(verdict -> loop.context.runOnContext(v -> decided(verdict, rest)));
    }

    private boolean proven(Registration.Name name, Device device, InetAddress from) {
        String sign = name.sign();
        if (sign == null) {
            return endpoint.registration().vouchedFor(from);
        }
        String content =
                AlinkSign.content(
                        Map.of(
                                "clientId", device.productKey() + "." + device.deviceName(),
                                "deviceName", device.deviceName(),
                                "productKey", device.productKey()));
        return AlinkSign.SHA256.matches(device.secret(), content, sign);
    }

    private void decided(Admission.Verdict verdict, byte[] rest) {
        Device device = verdict.device();
        if (closed) {
            return;
        }
        if (device == null) {
            tell(verdict.refusal().word());
            return;
        }
        settled();
        if (endpoint.welcomeBytes().length > 0) {
            socket.write(Buffer.buffer(endpoint.welcomeBytes()));
        }
        session = new TcpSession(loop, socket, endpoint, device);
        session.begin(rest);
    }

    private void refuse(Refusal why, String reason) {
        loop.admission.refused(why);
        tell(reason);
    }

    private void tell(String reason) {
        settled();
        closed = true;
        LOG.info("TCP port {}: {} refused: {}", endpoint.port(), address, reason);
        byte[] line = ("refused: " + reason + "\r\n").getBytes(StandardCharsets.UTF_8);
        socket.pause();
        long force = loop.vertx.setTimer(TcpSession.FORCE_CLOSE_MS, t -> channel().close());
        channel().closeFuture().addListener(gone -> loop.vertx.cancelTimer(force));
        socket.write(Buffer.buffer(line)).onComplete(done -> socket.close());
    }

    private Channel channel() {
        return ((NetSocketInternal) socket).channelHandlerContext().channel();
    }
}
