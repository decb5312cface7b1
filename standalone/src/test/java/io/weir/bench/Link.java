package io.weir.bench;

import io.weir.e2e.DeviceLogin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The connection of one device. Everything on the loop's thread. A server answers publishes in
 * order (MQTT 3.1.1, 4.6), so a queue of times is enough to know each one's latency.
 */
final class Link implements Loop.Socket {
    enum State {
        APART,
        OPENING,
        ONLINE
    }

    /** What a fleet and a device on it want to know of a connection. */
    interface Owner {
        void online(Link link);

        /** Lost, refused or never reached. */
        void apart(Link link, State before);

        void acked(Link link, long since);

        void message(Link link, String topic, byte[] payload);
    }

    /** Below the gateway's {@code mqtt.inFlightMax}: beyond that it closes the connection. */
    private static final int MOST_IN_FLIGHT = 90;

    private static final int IDS = 65_535;

    final DeviceLogin login;
    private final Loop loop;
    private final Owner owner;
    private final InetSocketAddress server;
    private final InetSocketAddress from;
    private final LongQueue waiting = new LongQueue();
    private final LongQueue flying = new LongQueue();
    private State state = State.APART;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable ByteBuffer unsent;
    private byte @Nullable [] half;
    private byte @Nullable [] post;
    private String what = "thing/event/property/post";
    private byte[] payload = Payload.PROPERTIES;
    private int lastId;
    private int window;
    private long openedAt;
    private volatile long onlineAt;
    private long freed;

    /**
     * @param from address that the device comes from, its port 0
     */
    Link(
            Loop loop,
            Owner owner,
            DeviceLogin login,
            InetSocketAddress server,
            InetSocketAddress from) {
        this.loop = loop;
        this.owner = owner;
        this.login = login;
        this.server = server;
        this.from = from;
    }

    State state() {
        return state;
    }

    long openedAt() {
        return openedAt;
    }

    /** When it was let in last, nanoseconds. For any thread. */
    long onlineAt() {
        return onlineAt;
    }

    /** Publishes that wait for their acknowledgement. */
    int inFlight() {
        return flying.size();
    }

    /** Publishes that are due and wait for room. */
    int held() {
        return waiting.size();
    }

    void open() {
        openedAt = System.nanoTime();
        state = State.OPENING;
        try {
            SocketChannel fresh = SocketChannel.open();
            channel = fresh;
            fresh.configureBlocking(false);
            fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
            fresh.bind(from);
            boolean there = fresh.connect(server);
            key =
                    fresh.register(
                            loop.selector,
                            there ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
                            this);
            if (there) {
                write(ByteBuffer.wrap(Packets.connect(login)));
            }
        } catch (IOException e) {
            apart();
        }
    }

    @Override
    public void ready(int operations) {
        try {
            if ((operations & SelectionKey.OP_CONNECT) != 0 && channel().finishConnect()) {
                key().interestOps(SelectionKey.OP_READ);
                write(ByteBuffer.wrap(Packets.connect(login)));
            }
            if ((operations & SelectionKey.OP_WRITE) != 0 && unsent != null) {
                ByteBuffer rest = unsent;
                unsent = null;
                key().interestOps(SelectionKey.OP_READ);
                write(rest);
            }
            if ((operations & SelectionKey.OP_READ) != 0) {
                read();
            }
        } catch (IOException e) {
            apart();
        }
    }

    /** Closed loop: so many publishes are always in flight. */
    void window(int publishes) {
        window = publishes;
        long now = System.nanoTime();
        while (waiting.size() + flying.size() < window) {
            waiting.add(now);
        }
        flush();
    }

    /**
     * Open loop: one publish that was due at this time, sent with {@link #flush}.
     *
     * @param at nanoseconds, from which its latency counts
     */
    void due(long at) {
        waiting.add(at);
    }

    /** Forgets what is due and not sent. */
    void rest() {
        window = 0;
        waiting.clear();
    }

    /** Sends what is due, as far as there is room, in one write. */
    void flush() {
        if (state != State.ONLINE || unsent != null || waiting.size() == 0) {
            return;
        }
        if (post == null) {
            post = Packets.publish(login.topic(what), payload);
        }
        byte[] packet = post;
        int idAt = packet.length - payload.length - 2;
        ByteBuffer out = loop.out.clear();
        while (waiting.size() > 0
                && flying.size() < MOST_IN_FLIGHT
                && out.remaining() >= packet.length) {
            stamp(packet, idAt);
            out.put(packet);
            flying.add(waiting.poll());
        }
        send(out.flip());
    }

    /** One message of a device's own, QoS 1. */
    /** What it posts instead of its properties as JSON. Before it is opened. */
    void says(String what, byte[] payload) {
        this.what = what;
        this.payload = payload;
    }

    void publish(String topic, byte[] payload) {
        byte[] packet = Packets.publish(topic, payload);
        stamp(packet, packet.length - payload.length - 2);
        flying.add(System.nanoTime());
        send(ByteBuffer.wrap(packet));
    }

    private void stamp(byte[] packet, int idAt) {
        lastId = lastId % IDS + 1;
        packet[idAt] = (byte) (lastId >> 8);
        packet[idAt + 1] = (byte) lastId;
    }

    /** As a device whose power is cut: no DISCONNECT. */
    void close() {
        if (state != State.APART) {
            apart();
        }
    }

    private void send(ByteBuffer bytes) {
        try {
            write(bytes);
        } catch (IOException e) {
            apart();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (unsent == null) {
            channel().write(bytes);
        }
        if (bytes.hasRemaining()) {
            int before = unsent == null ? 0 : unsent.remaining();
            ByteBuffer rest = ByteBuffer.allocate(before + bytes.remaining());
            if (unsent != null) {
                rest.put(unsent);
            }
            unsent = rest.put(bytes).flip();
            key().interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private void read() throws IOException {
        ByteBuffer in = loop.in.clear();
        if (half != null) {
            in.put(half);
            half = null;
        }
        int count = channel().read(in);
        if (count < 0) {
            apart();
            return;
        }
        in.flip();
        int end = in.limit();
        freed = 0;
        for (int length = Packets.length(in); length > 0; length = Packets.length(in)) {
            int next = in.position() + length;
            in.limit(next);
            packet(in);
            if (state == State.APART) {
                return;
            }
            in.limit(end).position(next);
        }
        if (in.hasRemaining()) {
            half = new byte[in.remaining()];
            in.get(half);
        }
        refill();
    }

    private void refill() {
        if (window > 0 && freed > 0) {
            long now = System.nanoTime();
            while (waiting.size() + flying.size() < window) {
                waiting.add(now);
            }
        }
        flush();
    }

    private void packet(ByteBuffer packet) {
        int type = packet.get(packet.position()) >> 4 & 15;
        switch (type) {
            case Packets.PUBACK -> {
                if (flying.size() > 0) {
                    freed++;
                    owner.acked(this, flying.poll());
                }
            }
            case Packets.CONNACK -> connack(packet);
            case Packets.PUBLISH -> message(packet);
            default -> {}
        }
    }

    private void connack(ByteBuffer packet) {
        if (packet.get(packet.position() + 3) == 0) {
            state = State.ONLINE;
            onlineAt = System.nanoTime();
            owner.online(this);
            flush();
        } else {
            apart();
        }
    }

    /** The gateway sends at QoS 0 only. */
    private void message(ByteBuffer packet) {
        packet.get();
        while (packet.get() < 0) {
            // the rest of the length
        }
        byte[] topic = new byte[packet.getShort()];
        packet.get(topic);
        byte[] payload = new byte[packet.remaining()];
        packet.get(payload);
        owner.message(this, new String(topic, StandardCharsets.UTF_8), payload);
    }

    private void apart() {
        State before = state;
        state = State.APART;
        flying.clear();
        waiting.clear();
        unsent = null;
        half = null;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                key = null; // it is gone all the same
            }
        }
        owner.apart(this, before);
    }

    private SocketChannel channel() throws IOException {
        if (channel == null) {
            throw new IOException("never opened");
        }
        return channel;
    }

    private SelectionKey key() throws IOException {
        if (key == null) {
            throw new IOException("never registered");
        }
        return key;
    }
}
