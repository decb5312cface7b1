package io.weir.edge;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 by hand, for what a decent client library would never send. Blocking, one thread. */
public final class RawMqtt implements AutoCloseable {
    /** type = the first byte's upper half, flags = the lower. */
    public record Packet(int type, int flags, byte[] body) {
        /** Of a PUBLISH at QoS 1. */
        public int letterId() {
            int at = 2 + packetId();
            return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
        }

        /** It may have been sent before. */
        public boolean again() {
            return (flags & 8) != 0;
        }

        public int packetId() {
            return (body[0] & 0xff) << 8 | body[1] & 0xff;
        }

        public String topic() {
            return new String(body, 2, packetId(), StandardCharsets.UTF_8);
        }

        public String payload() {
            int at = 2 + packetId();
            return new String(body, at, body.length - at, StandardCharsets.UTF_8);
        }
    }

    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int PUBACK = 4;
    public static final int SUBACK = 9;
    private final Socket socket;
    private final DataInputStream in;

    public RawMqtt(int port) {
        this(plain(port));
    }

    private static Socket plain(int port) {
        try {
            return new Socket("127.0.0.1", port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawMqtt(Socket connected) {
        try {
            socket = connected;
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawMqtt connect(String clientId, String user, String password, int keepAlive) {
        return send(connectPacket(clientId, user, password, keepAlive));
    }

    public static byte[] connectPacket(
            String clientId, String user, String password, int keepAlive) {
        return packet(
                0x10,
                out -> {
                    out.writeUTF("MQTT");
                    out.writeByte(4);
                    out.writeByte(2 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40));
                    out.writeShort(keepAlive);
                    out.writeUTF(clientId);
                    if (user != null) {
                        out.writeUTF(user);
                    }
                    if (password != null) {
                        out.writeUTF(password);
                    }
                });
    }

    /** The same, but the device's session is to outlive the connection. */
    public static byte[] lasting(byte[] connect) {
        byte[] copy = connect.clone();
        int at = connect[1] < 0 ? 3 : 2;
        copy[at + 7] &= (byte) ~2;
        return copy;
    }

    public RawMqtt puback(int id) {
        return send(new byte[] {0x40, 2, (byte) (id >> 8), (byte) id});
    }

    /** A CONNECT of version 3.1.1 as one of version 3.1. */
    public static byte[] asMqtt31(byte[] connect) {
        int at = connect[1] < 0 ? 3 : 2;
        return packet(
                0x10,
                out -> {
                    out.writeUTF("MQIsdp");
                    out.writeByte(3);
                    out.write(connect, at + 7, connect.length - at - 7);
                });
    }

    public static byte[] publishPacket(String topic, String payload, int qos, int id, boolean dup) {
        return publishPacket(topic, payload.getBytes(StandardCharsets.UTF_8), qos, id, dup);
    }

    public static byte[] publishPacket(String topic, byte[] payload, int qos, int id, boolean dup) {
        return packet(
                0x30 | qos << 1 | (dup ? 8 : 0),
                out -> {
                    out.writeUTF(topic);
                    if (qos > 0) {
                        out.writeShort(id);
                    }
                    out.write(payload);
                });
    }

    public RawMqtt publish(String topic, String payload, int qos, int id) {
        return send(publishPacket(topic, payload, qos, id, false));
    }

    public RawMqtt publish(String topic, byte[] payload, int qos, int id) {
        return send(publishPacket(topic, payload, qos, id, false));
    }

    public RawMqtt subscribe(int id, String... filters) {
        return send(
                packet(
                        0x82,
                        out -> {
                            out.writeShort(id);
                            for (String filter : filters) {
                                out.writeUTF(filter);
                                out.writeByte(1);
                            }
                        }));
    }

    public RawMqtt send(byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next packet; null when the server closed the connection. */
    public Packet read() {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = 0;
            int digit;
            int shift = 0;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & 0x7f) << shift;
                shift += 7;
            } while ((digit & 0x80) != 0);
            byte[] body = new byte[length];
            in.readFully(body);
            return new Packet(first >> 4, first & 15, body);
        } catch (java.net.SocketException | java.io.EOFException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on until the server closes; what came before is dropped. */
    public void untilClosed() {
        while (read() != null) {
            continue;
        }
    }

    /** Whether CONNACK says that the gateway has a session of the device. */
    public boolean sessionPresent() {
        Packet p = read();
        if (p == null || p.type != CONNACK || p.body[1] != 0) {
            throw new IllegalStateException("no CONNACK but " + p);
        }
        return p.body[0] == 1;
    }

    public int connack() {
        Packet p = read();
        if (p == null || p.type != CONNACK) {
            throw new IllegalStateException("no CONNACK but " + p);
        }
        return p.body[1];
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] packet(int first, Body body) {
        try {
            var content = new ByteArrayOutputStream();
            body.write(new DataOutputStream(content));
            var out = new ByteArrayOutputStream();
            out.write(first);
            int left = content.size();
            do {
                int digit = left & 0x7f;
                left >>>= 7;
                out.write(left == 0 ? digit : digit | 0x80);
            } while (left > 0);
            content.writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
