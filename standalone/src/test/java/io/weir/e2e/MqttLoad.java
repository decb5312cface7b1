package io.weir.e2e;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * QoS 1 publishers as cheap as they can be, so that the server is what is measured: packets encoded
 * once, only the packet id is patched; a window of unacknowledged publishes per connection.
 */
final class MqttLoad implements AutoCloseable {
    /** How one connection logs in and where it publishes. */
    record Client(String clientId, String user, String password, String topic, String payload) {}

    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder acked = new LongAdder();
    private volatile boolean stopping;

    static MqttLoad start(String host, int port, List<Client> clients, int window) {
        MqttLoad load = new MqttLoad();
        for (Client client : clients) {
            load.open(host, port, client, window);
        }
        return load;
    }

    long acked() {
        return acked.sum();
    }

    /** No new publishes; waits for the acknowledgements of those in flight. */
    long drain() {
        stopping = true;
        long last = -1;
        while (last != acked()) {
            last = acked();
            Wait.pause(500);
        }
        return last;
    }

    @Override
    public void close() {
        stopping = true;
        sockets.forEach(MqttLoad::close);
        threads.forEach(Thread::interrupt);
    }

    private void open(String host, int port, Client client, int window) {
        try {
            Socket socket = new Socket(host, port);
            socket.setTcpNoDelay(true);
            sockets.add(socket);
            var out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
            var in =
                    new DataInputStream(
                            new BufferedInputStream(socket.getInputStream(), 32 * 1024));
            out.write(connect(client));
            out.flush();
            if (in.readByte() != 0x20 || in.readByte() != 2 || in.readShort() != 0) {
                throw new IllegalStateException(client.clientId() + " was refused");
            }
            Semaphore free = new Semaphore(window);
            threads.add(Thread.ofPlatform().daemon().start(() -> write(out, client, free)));
            threads.add(Thread.ofPlatform().daemon().start(() -> read(in, free)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(OutputStream out, Client client, Semaphore free) {
        byte[] packet = publish(client);
        int idAt = packet.length - client.payload().getBytes(StandardCharsets.UTF_8).length - 2;
        int id = 0;
        try {
            while (!stopping) {
                if (!free.tryAcquire()) {
                    out.flush();
                    free.acquire();
                }
                id = id % 65_535 + 1;
                packet[idAt] = (byte) (id >> 8);
                packet[idAt + 1] = (byte) id;
                out.write(packet);
            }
            out.flush();
        } catch (IOException | InterruptedException e) {
            stopping = true;
        }
    }

    /** Counts PUBACKs and skips whatever else the server says. */
    private void read(DataInputStream in, Semaphore free) {
        try {
            while (true) {
                int type = in.readUnsignedByte() >> 4;
                int length = 0;
                int shift = 0;
                int digit;
                do {
                    digit = in.readUnsignedByte();
                    length |= (digit & 127) << shift;
                    shift += 7;
                } while (digit > 127);
                in.skipNBytes(length);
                if (type == 4) {
                    acked.increment();
                    free.release();
                }
            }
        } catch (IOException e) {
            stopping = true;
        }
    }

    private static byte[] connect(Client c) {
        int flags = 0x02 | (c.user().isEmpty() ? 0 : 0x80) | (c.password().isEmpty() ? 0 : 0x40);
        byte[] head = {0, 4, 'M', 'Q', 'T', 'T', 4, (byte) flags, 0, (byte) 120};
        List<byte[]> parts = new ArrayList<>(List.of(head, text(c.clientId())));
        if (!c.user().isEmpty()) {
            parts.add(text(c.user()));
            parts.add(text(c.password()));
        }
        return packet(0x10, parts);
    }

    private static byte[] publish(Client c) {
        return packet(
                0x32,
                List.of(
                        text(c.topic()),
                        new byte[2],
                        c.payload().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] text(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[utf8.length + 2];
        all[0] = (byte) (utf8.length >> 8);
        all[1] = (byte) utf8.length;
        System.arraycopy(utf8, 0, all, 2, utf8.length);
        return all;
    }

    private static byte[] packet(int first, List<byte[]> parts) {
        int length = parts.stream().mapToInt(p -> p.length).sum();
        var out = new java.io.ByteArrayOutputStream(length + 5);
        out.write(first);
        int rest = length;
        do {
            int digit = rest & 127;
            rest >>= 7;
            out.write(rest > 0 ? digit | 128 : digit);
        } while (rest > 0);
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
