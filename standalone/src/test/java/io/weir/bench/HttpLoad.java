package io.weir.bench;

import io.weir.e2e.DeviceLogin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Devices that post over HTTP, each on one connection that stays, the next post after the answer to
 * the last.
 */
final class HttpLoad implements AutoCloseable {
    private static final String END = "\r\n\r\n";
    private static final String LENGTH = "Content-Length: ";

    private final URI server;
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final List<Socket> sockets = new ArrayList<>();
    private volatile boolean closing;

    /**
     * @param tokens log in first, else nobody asks who it is
     */
    HttpLoad(String server, List<DeviceLogin> devices, boolean tokens) throws IOException {
        this.server = URI.create(server);
        for (DeviceLogin device : devices) {
            Socket socket = new Socket(this.server.getHost(), this.server.getPort());
            socket.setTcpNoDelay(true);
            sockets.add(socket);
            Thread.ofVirtual().name("bench-http").start(() -> run(device, socket, tokens));
        }
    }

    long answered() {
        return answered.sum();
    }

    /** Answered with another code than 0, or not at all. */
    long refused() {
        return refused.sum();
    }

    private void run(DeviceLogin device, Socket socket, boolean tokens) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String token = tokens ? login(device, socket, in) : "none";
            byte[] post =
                    request(
                            "/topic" + device.topic("thing/event/property/post"),
                            "password: " + token + "\r\nContent-Type: application/octet-stream",
                            Payload.PROPERTIES);
            while (!closing) {
                socket.getOutputStream().write(post);
                boolean fine = read(in).startsWith("{\"code\":0,");
                (fine ? answered : refused).increment();
            }
        } catch (IOException e) {
            if (!closing) {
                refused.increment();
            }
        }
    }

    private static String login(DeviceLogin device, Socket socket, InputStream in)
            throws IOException {
        String cid = device.clientId().substring(0, device.clientId().indexOf('|'));
        String body =
                "{\"clientId\":\"%s\",\"signmethod\":\"hmacsha256\",\"sign\":\"%s\",\"productKey\":\"%s\",\"deviceName\":\"%s\"}"
                        .formatted(
                                cid, device.password(), device.productKey(), device.deviceName());
        socket.getOutputStream()
                .write(
                        request(
                                "/auth",
                                "Content-Type: application/json",
                                body.getBytes(StandardCharsets.UTF_8)));
        String reply = read(in);
        String before = "\"token\":\"";
        int from = reply.indexOf(before);
        if (from < 0) {
            throw new IOException("no token: " + reply);
        }
        return reply.substring(from + before.length(), reply.indexOf('"', from + before.length()));
    }

    private static byte[] request(String path, String headers, byte[] body) {
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: edge\r\n"
                                + headers
                                + "\r\n"
                                + LENGTH
                                + body.length
                                + END)
                        .getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** The body of the next answer. */
    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(256);
        while (head.indexOf(END, Math.max(0, head.length() - END.length())) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        int at = head.indexOf(LENGTH) + LENGTH.length();
        int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        closing = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
