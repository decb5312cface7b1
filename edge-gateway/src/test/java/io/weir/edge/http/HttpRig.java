package io.weir.edge.http;

import io.vertx.core.DeploymentOptions;
import io.weir.api.Done;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.edge.GatewayRig;
import io.weir.edge.TestProducts;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.guard.GuardConfig;
import io.weir.runtime.crypto.AlinkSign;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateway's HTTP port on loopback, with the real listener, over the rig's gateway. */
final class HttpRig implements AutoCloseable {
    static final String FORM = "application/x-www-form-urlencoded";
    final GatewayRig gateway;
    final int port;
    final List<Hello> hellos = new CopyOnWriteArrayList<>();
    final List<Activated> activated = new CopyOnWriteArrayList<>();
    final HttpIngest ingest;
    private final HttpClient client = HttpClient.newHttpClient();

    HttpRig(Path folder, GuardConfig limits) {
        gateway = new GatewayRig(folder, GatewayRig.config(), limits, 1);
        port = gateway.httpPort;
        gateway.link.answer(
                RegistrationApi.HELLO,
                hello -> {
                    hellos.add(hello);
                    return Done.DONE;
                });
        gateway.link.answer(
                RegistrationApi.ACTIVATED,
                word -> {
                    activated.add(word);
                    return Done.DONE;
                });
        Arrivals arrivals = gateway.arrivals;
        gateway.link.up(true);
        ingest =
                new HttpIngest(
                        gateway.alink,
                        gateway.registry,
                        gateway.lookups,
                        gateway.lines,
                        gateway.link,
                        gateway.metrics,
                        gateway.guard,
                        arrivals,
                        "gw-1",
                        folder.resolve("data"));
        List<HttpPart> parts =
                List.of(
                        new Doorstep(gateway.guard),
                        new AuthPart(ingest),
                        new TopicPart(ingest, 131_072),
                        new ArrivalPart(arrivals, gateway.guard),
                        new DownloadPart(
                                gateway.downloads, gateway.guard, gateway.time, gateway.metrics));
        var http = new EdgeHttpConfig(port, "", 131_072, Duration.ofSeconds(2), 100);
        var open = new AtomicInteger();
        gateway.vertx
                .deployVerticle(
                        () -> new EdgeHttpVerticle(http, "127.0.0.1", parts, open),
                        new DeploymentOptions().setInstances(2))
                .await();
    }

    /** What came back, without its headers. */
    record Reply(int status, String body) {}

    Reply post(String path, String type, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> reply =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(reply.statusCode(), reply.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String form(String path, String fields) {
        return post(path, FORM, fields.getBytes(StandardCharsets.UTF_8)).body();
    }

    String login(String json) {
        return post("/auth", "application/json", json.getBytes(StandardCharsets.UTF_8)).body();
    }

    /** A token of the device with the usual secret. */
    String token(String name) {
        String content = "clientIdcdeviceName" + name + "productKey" + TestProducts.PK;
        String reply = login(auth(name, AlinkSign.SHA256.sign(TestProducts.SECRET, content)));
        if (!reply.startsWith("{\"code\":0,")) {
            throw new AssertionError(reply);
        }
        String before = "\"token\":\"";
        int from = reply.indexOf(before) + before.length();
        return reply.substring(from, reply.indexOf('"', from));
    }

    static String auth(String name, String sign) {
        return """
        {"clientId":"c","signmethod":"hmacsha256","sign":"%s","productKey":"%s","deviceName":"%s"}\
        """
                .formatted(sign, TestProducts.PK, name);
    }

    Reply publish(String token, String topic, String payload) {
        return post(
                "/topic" + topic,
                "application/octet-stream",
                payload.getBytes(StandardCharsets.UTF_8),
                "password",
                token);
    }

    /** Exactly these bytes to the port, exactly those back until the socket is closed or silent. */
    String raw(String request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var read = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n >= 0;
                        n = socket.getInputStream().read(buffer)) {
                    read.write(buffer, 0, n);
                    socket.setSoTimeout(100);
                }
            } catch (java.net.SocketTimeoutException e) {
                read.write(new byte[0]);
            }
            return read.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
