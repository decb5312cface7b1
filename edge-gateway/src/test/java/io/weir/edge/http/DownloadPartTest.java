package io.weir.edge.http;

import static io.weir.edge.TestProducts.DEVICE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.devices.DevicesApi;
import io.weir.api.download.DownloadApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.TestProducts;
import io.weir.edge.download.CloudContents;
import io.weir.edge.download.Content;
import io.weir.edge.download.DownloadTokens;
import io.weir.edge.download.DownloadTokens.Verdict;
import io.weir.edge.guard.Limits;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Downloads from the real listener, byte by byte, and what hostile devices try. */
class DownloadPartTest {
    private static final int SIZE = 300_000;
    @TempDir Path folder;
    private HttpRig rig;
    private CloudContents cloud;
    private Content content;
    private byte[] bytes;

    @BeforeEach
    void start() {
        rig = new HttpRig(folder, Limits.none());
        cloud = new CloudContents(rig.gateway.link);
        content = cloud.add("pkg-1", SIZE);
        bytes = CloudContents.bytes("pkg-1", SIZE);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private String path() {
        String address = rig.gateway.downloads.address(DEVICE, content);
        assertThat(address).startsWith("http://gw1.example:" + rig.port + "/download/");
        return path(address);
    }

    private static String path(String address) {
        assertThat(address).matches("http://gw1\\.example:[0-9]+/download/[A-Za-z0-9_-]+");
        assertThat(URI.create(address).getPath().length()).isLessThan(256);
        return URI.create(address).getPath();
    }

    /** Header lines and body, as they came. */
    private record Raw(List<String> lines, byte[] body) {
        boolean has(String line) {
            return lines.contains(line);
        }

        String status() {
            return lines.getFirst();
        }
    }

    private Raw get(String path, String... headers) {
        return request("GET", path, headers);
    }

    private Raw request(String method, String path, String... headers) {
        var request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (String h : headers) {
            request.append(h).append("\r\n");
        }
        request.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket("127.0.0.1", rig.port)) {
            socket.setSoTimeout(8000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Raw read(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        assertThat(end).as(text).isPositive();
        List<String> lines = List.of(text.substring(0, end).split("\r\n"));
        assertThat(lines).allMatch(line -> line.length() < 128);
        byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
        assertThat(text.substring(0, end).toLowerCase(Locale.ROOT)).doesNotContain("chunked");
        return new Raw(lines, body);
    }

    private double count(String result) {
        return rig.gateway
                .metrics
                .registry()
                .counter("weir.download.requests", "result", result)
                .count();
    }

    @Test
    @Tag("cell:ota-download/http/raw")
    void theWholeAndItsPartsComeReadableByTheCSdk() {
        String path = path();
        Raw whole = get(path);
        assertThat(whole.status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(whole.lines()).contains("Content-Length: " + SIZE, "Accept-Ranges: bytes");
        assertThat(whole.body()).isEqualTo(bytes);

        Raw rest = get(path, "Range: bytes=200000-");
        assertThat(rest.status()).isEqualTo("HTTP/1.1 206 Partial Content");
        assertThat(rest.lines())
                .contains("Content-Length: 100000", "Content-Range: bytes 200000-299999/300000");
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(bytes, 200_000, SIZE));

        assertThat(get(path, "Range: bytes=5-9").body())
                .isEqualTo(Arrays.copyOfRange(bytes, 5, 10));
        assertThat(get(path, "Range: bytes=-7").body())
                .isEqualTo(Arrays.copyOfRange(bytes, SIZE - 7, SIZE));
        assertThat(get(path, "Range: bytes=0-1,5-6").body()).as("never multipart").isEqualTo(bytes);
        Raw outside = get(path, "Range: bytes=300000-");
        assertThat(outside.status()).startsWith("HTTP/1.1 416 ");
        assertThat(outside.lines())
                .contains(
                        "Content-Range: bytes */300000",
                        "Content-Length: " + outside.body().length);

        Raw head = request("HEAD", path);
        assertThat(head.lines()).contains("HTTP/1.1 200 OK", "Content-Length: " + SIZE);
        assertThat(head.body()).isEmpty();
        String tag = "ETag: \"" + content.sha256() + "\"";
        assertThat(whole.has(tag)).isTrue();
        assertThat(get(path, "Range: bytes=5-9", tag.replace("ETag", "If-Range")).body())
                .hasSize(5);
        assertThat(get(path, "Range: bytes=5-9", "If-Range: \"other\"").body()).isEqualTo(bytes);
        GatewayRig.await(() -> count("sent") == 7);
        assertThat(count("outside")).isEqualTo(1);
    }

    @Test
    @Tag("cell:ota-download/http/java-http-client")
    void aConnectionServesOneDownloadAfterAnother() throws Exception {
        String address = "http://127.0.0.1:" + rig.port + path();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 5; i++) {
                HttpResponse<byte[]> reply =
                        client.send(
                                HttpRequest.newBuilder(URI.create(address))
                                        .version(HttpClient.Version.HTTP_1_1)
                                        .header("Range", "bytes=" + i + "-")
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                assertThat(reply.body()).isEqualTo(Arrays.copyOfRange(bytes, i, SIZE));
            }
        }
        assertThat(cloud.asked).hasSize(10);
    }

    @Test
    void twoRequestsInOneSegmentAreAnsweredOneAfterTheOther() throws IOException {
        String path = path();
        String first = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        String second =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: a\r\nRange: bytes=-9\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", rig.port)) {
            socket.setSoTimeout(8000);
            socket.getOutputStream().write((first + second).getBytes(StandardCharsets.UTF_8));
            byte[] body = read(socket.getInputStream()).body();
            assertThat(Arrays.copyOf(body, SIZE)).isEqualTo(bytes);
            String rest =
                    new String(
                            Arrays.copyOfRange(body, SIZE, body.length),
                            StandardCharsets.ISO_8859_1);
            assertThat(rest).startsWith("HTTP/1.1 206 Partial Content\r\n");
            assertThat(Arrays.copyOfRange(body, body.length - 9, body.length))
                    .isEqualTo(Arrays.copyOfRange(bytes, SIZE - 9, SIZE));
        }
    }

    @Test
    void whoeverHasNoRightHears403() {
        String path = path();
        String token = path.substring("/download/".length());
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, i) + other + token.substring(i + 1);
            if (i < token.length() - 1) {
                assertThat(rig.gateway.downloads.right(forged).verdict())
                        .as("at " + i)
                        .isEqualTo(Verdict.WRONG);
            }
        }
        List<String> wrong = new ArrayList<>();
        wrong.add("/download/" + token.substring(0, token.length() - 4));
        wrong.add("/download/" + token + "AAAA");
        wrong.add("/download/" + "A".repeat(3000));
        wrong.add("/download/..%2f..%2fdownload-token.key");
        wrong.add("/download/%00");
        wrong.add("/download/" + content.sha256() + "-" + SIZE);
        for (String w : wrong) {
            Raw reply = get(w);
            assertThat(reply.status()).as(w).isEqualTo("HTTP/1.1 403 Forbidden");
            assertThat(reply.lines()).contains("Content-Length: " + reply.body().length);
        }
        for (String w : List.of("/download/", "/download/../../x", "/download/a/b")) {
            assertThat(get(w).status()).as(w).startsWith("HTTP/1.1 404 ");
        }
        assertThat(request("POST", path, "Content-Length: 0").status()).contains(" 404 ");
        assertThat(count("forbidden")).isEqualTo(wrong.size());
    }

    @Test
    void aRightEndsWithItsTimeWithTheSecretAndWithTheDevice() {
        String path = path();
        String other = path(rig.gateway.downloads.address("D-0002", content));
        assertThat(other).isNotEqualTo(path);
        assertThatThrownBy(() -> rig.gateway.downloads.address("D-none", content))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("not found");
        DownloadTokens tokens =
                new DownloadTokens(
                        TokenKey.load(folder.resolve("data/download-token.key")),
                        rig.gateway.registry);
        String token = path.substring("/download/".length());
        assertThat(tokens.check(token, Instant.now()).verdict()).isEqualTo(Verdict.VALID);
        assertThat(tokens.check(token, Instant.now().plusSeconds(3700)).verdict())
                .isEqualTo(Verdict.EXPIRED);
        assertThat(get(path).status()).contains(" 200 ");
        rig.gateway.link.answer(
                DevicesApi.CHANGES,
                q ->
                        TestProducts.changes(
                                q.since() + 1,
                                TestProducts.unusable(DEVICE, TestProducts.DN, "DISABLED")));
        GatewayRig.await(() -> get(path).status().contains(" 403 "));
        assertThat(get(other).status()).contains(" 200 ");
    }

    @Test
    void whileItIsComingTheDeviceHears503AndComesAgain() {
        rig.gateway.link.answer(DownloadApi.FIRMWARE, q -> null);
        Raw reply = get(path());
        assertThat(reply.status()).startsWith("HTTP/1.1 503 ");
        assertThat(reply.lines())
                .contains("Retry-After: 5", "Content-Length: " + reply.body().length);
        assertThat(count("coming")).isEqualTo(1);
    }

    @Test
    void aContentThatIsNotWhatItShouldBeIsNeverSent() {
        cloud.lies = true;
        String path = path();
        assertThat(get(path).status()).startsWith("HTTP/1.1 503 ");
        cloud.lies = false;
        GatewayRig.await(() -> get(path).status().contains(" 200 "));
        assertThat(get(path).body()).isEqualTo(bytes);
    }

    @Test
    void whatTheCloudRefusesIsRefused() {
        cloud.refused.add(DEVICE);
        assertThat(get(path()).status()).startsWith("HTTP/1.1 403 ");
        assertThat(count("refused")).isEqualTo(1);
    }

    @Test
    void aDeviceThatTakesNothingIsCutAndOneThatIsSlowIsNot() throws Exception {
        Content large = cloud.add("large", 4 << 20);
        String path = path(rig.gateway.downloads.address(DEVICE, large));
        GatewayRig.await(() -> get(path, "Range: bytes=0-0").status().contains(" 206 "));
        double before = count("stalled");
        try (Socket socket = open(path)) {
            GatewayRig.await(() -> count("stalled") == before + 1);
            assertThatThrownBy(
                            () -> {
                                byte[] all = socket.getInputStream().readAllBytes();
                                if (all.length < large.size()) {
                                    throw new SocketException("cut after " + all.length);
                                }
                            })
                    .isInstanceOf(SocketException.class);
        }
        byte[] read;
        try (Socket socket = open(path)) {
            var out = new ByteArrayOutputStream();
            byte[] buffer = new byte[64 << 10];
            InputStream in = socket.getInputStream();
            // longer in all than a stall may be, never longer at once
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                if (out.size() < 3 << 20) {
                    Thread.sleep(40);
                }
            }
            read = out.toByteArray();
        }
        byte[] body = Arrays.copyOfRange(read, read.length - (4 << 20), read.length);
        assertThat(body).isEqualTo(CloudContents.bytes("large", 4 << 20));
    }

    private Socket open(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.connect(new java.net.InetSocketAddress("127.0.0.1", rig.port));
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    @Test
    void onlySoManyDownloadsOfADeviceAtOnce() throws Exception {
        Content large = cloud.add("large", 4 << 20);
        String path = path(rig.gateway.downloads.address(DEVICE, large));
        GatewayRig.await(() -> get(path, "Range: bytes=0-0").status().contains(" 206 "));
        GatewayRig.await(() -> active() == 0);
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(open(path));
        }
        GatewayRig.await(() -> active() == 3);
        Raw busy = get(path);
        assertThat(busy.status()).startsWith("HTTP/1.1 503 ");
        assertThat(busy.lines()).contains("Retry-After: 5");
        String other = path(rig.gateway.downloads.address("D-0002", large));
        assertThat(get(other, "Range: bytes=0-9").body()).hasSize(10);
        for (Socket s : open) {
            s.close();
        }
        GatewayRig.await(() -> active() == 0);
        assertThat(get(path, "Range: bytes=0-9").body()).hasSize(10);
        assertThat(count("busy")).isEqualTo(1);
    }

    private double active() {
        return rig.gateway.metrics.registry().get("weir.download.active").gauge().value();
    }
}
