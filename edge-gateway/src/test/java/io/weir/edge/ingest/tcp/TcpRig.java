package io.weir.edge.ingest.tcp;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import io.vertx.core.DeploymentOptions;
import io.weir.edge.GatewayRig;
import io.weir.edge.ingest.TransportRig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway with one TCP endpoint on loopback, and sockets to it. */
final class TcpRig implements AutoCloseable {
    static final String SIGNED = "{\"kind\":\"signed\"}";

    final TransportRig rig;
    final int port = GatewayRig.freePort();

    /**
     * @param rest of the endpoint, behind its port and product
     */
    TcpRig(Path folder, int inFlightMax, String rest) {
        rig = new TransportRig(folder, "tcp");
        String json =
                "{\"endpoints\":[{\"port\":%d,\"product_key\":\"%s\",\"tls\":false,%s}]}"
                        .formatted(port, PK, rest);
        Path file = folder.resolve("endpoints.json");
        try {
            Files.writeString(file, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var config =
                new TcpConfig(
                        file.toString(),
                        "",
                        false,
                        "",
                        "",
                        20,
                        inFlightMax,
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        100,
                        100,
                        Duration.ofMillis(300));
        TcpIngest ingest = new TcpIngest(rig.transport, "127.0.0.1");
        rig.vertx
                .deployVerticle(
                        () -> ingest.verticle(config), new DeploymentOptions().setInstances(2))
                .await();
    }

    static String raw(String framing, int frameBytes) {
        return "\"registration\":%s,\"welcome\":\"6f6b0a\",\"frame_bytes\":%d,\"framing\":%s,\"modbus\":null"
                .formatted(SIGNED, frameBytes, framing);
    }

    Socket dial() {
        try {
            Socket socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(5000);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A socket that has registered as the device and was welcomed. */
    Socket device() {
        Socket socket = dial();
        send(socket, line(DN, SECRET));
        if (!"ok\n".equals(new String(read(socket, 3), StandardCharsets.UTF_8))) {
            throw new IllegalStateException("refused");
        }
        return socket;
    }

    static byte[] line(String name, String secret) {
        return (PK + "/" + name + "/" + TransportRig.sign(name, secret) + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] read(Socket socket, int size) {
        try {
            return socket.getInputStream().readNBytes(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All until the gateway closes. */
    static String rest(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        rig.close();
    }
}
