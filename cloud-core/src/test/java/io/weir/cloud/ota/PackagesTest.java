package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Packages and their uploads over HTTP, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackagesTest {
    private OtaWorld world;
    private String vendor;
    private int versions;

    @BeforeAll
    void open() {
        world = new OtaWorld();
        vendor = world.api.token(Role.VENDOR, "/DEMO/");
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Test
    void aContentIsStoredInPiecesWithItsDigestsAndNeverChanges() throws Exception {
        byte[] content = bytes(1_000_003);
        String id = create(Map.of());
        Reply stored = upload(id, content);
        assertThat(stored.status()).as(stored.json().toString()).isEqualTo(201);
        assertThat(stored.data().path("size").asLong()).isEqualTo(content.length);
        assertThat(stored.data().path("md5").asText()).isEqualTo(digest("MD5", content));
        assertThat(stored.data().path("sha256").asText()).isEqualTo(digest("SHA-256", content));
        assertThat(stored(id)).isEqualTo(content);
        Reply again = upload(id, bytes(5));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("CONTENT_FIXED");
        assertThat(stored(id)).isEqualTo(content);
    }

    @Test
    void anUploadThatIsCutOffLeavesNoContentAndAnotherMayFollow() throws Exception {
        String id = create(Map.of());
        try (var socket = new Socket("127.0.0.1", world.api.port)) {
            var out = socket.getOutputStream();
            out.write(head(id, "Content-Length: 900000\r\n"));
            out.write(bytes(600_000));
            out.flush();
            await(() -> pieces(id) == 2);
        }
        await(() -> pieces(id) == 0);
        Reply got = world.api.get("/ota/packages/" + id, vendor);
        assertThat(got.data().has("size")).isFalse();
        byte[] content = bytes(300_000);
        assertThat(upload(id, content).status()).isEqualTo(201);
        assertThat(stored(id)).isEqualTo(content);
    }

    @Test
    void whatDoesNotFitIsRefusedAndSaid() throws Exception {
        String id = create(Map.of());
        assertThat(raw(head(id, "Content-Length: 2000001\r\n"))).startsWith("HTTP/1.1 413");
        assertThat(raw(head(id, "Content-Length: 0\r\n"))).startsWith("HTTP/1.1 422");
        assertThat(raw(head(id, "Transfer-Encoding: chunked\r\n"))).startsWith("HTTP/1.1 422");
        String mqtt = create(Map.of("mqtt", true));
        assertThat(raw(head(mqtt, "Content-Length: 100001\r\n"))).startsWith("HTTP/1.1 413");
        assertThat(upload(mqtt, bytes(100_000)).status()).isEqualTo(201);
        assertThat(upload("0123456789abcdefghijklmnop", bytes(9)).status()).isEqualTo(404);
        String stranger = world.api.token(Role.VENDOR, "/OTHR/");
        assertThat(upload(id, bytes(9), stranger).status()).isEqualTo(404);
        String dealer = world.api.token(Role.DEALER, "/DEMO/");
        assertThat(upload(id, bytes(9), dealer).status()).isEqualTo(403);
    }

    @Test
    void ofTwoUploadsTheLaterWins() throws Exception {
        String id = create(Map.of());
        try (var socket = new Socket("127.0.0.1", world.api.port)) {
            var out = socket.getOutputStream();
            out.write(head(id, "Content-Length: 600000\r\n"));
            out.write(bytes(300_000));
            out.flush();
            await(() -> pieces(id) == 1);
            byte[] content = bytes(77);
            assertThat(upload(id, content).status()).isEqualTo(201);
            out.write(bytes(300_000));
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes());
            assertThat(answer).startsWith("HTTP/1.1 409").contains("UPLOAD_OVER");
            assertThat(stored(id)).isEqualTo(content);
        }
    }

    @Test
    void aPackageIsListedOnceOfItsKindAndRemoved() {
        Map<String, Object> body = new HashMap<>(body());
        body.put("module", "MCU");
        body.put("source_versions", List.of("2", "1"));
        body.put("ext_data", Map.of("slot", "b"));
        Reply made = world.api.post("/ota/packages", vendor, body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.data().path("source_versions").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(made.data().path("ext_data").path("slot").asText()).isEqualTo("b");
        Reply twice = world.api.post("/ota/packages", vendor, body);
        assertThat(twice.code()).isEqualTo("PACKAGE_EXISTS");
        body.put("source_versions", List.of());
        assertThat(world.api.post("/ota/packages", vendor, body).status()).isEqualTo(201);
        Reply list = world.api.get("/ota/packages?module=MCU&product_id=10000", vendor);
        assertThat(list.data()).hasSize(2);
        String stranger = world.api.token(Role.VENDOR, "/OTHR/");
        assertThat(world.api.get("/ota/packages", stranger).data()).isEmpty();
        String path = "/ota/packages/" + made.data().path("package_id").asText();
        assertThat(world.api.send("DELETE", path, stranger, null, Map.of()).status())
                .isEqualTo(404);
        assertThat(world.api.send("DELETE", path, vendor, null, Map.of()).status()).isEqualTo(204);
        assertThat(world.api.get(path, vendor).status()).isEqualTo(404);
        body.put("ext_data", Map.of("x", "y".repeat(4096)));
        assertThat(world.api.post("/ota/packages", vendor, body).fields())
                .containsExactly("ext_data");
    }

    @Test
    void aTenantHasOnlySoMany() {
        String token = world.api.token(Role.VENDOR, "/FULL/");
        int status = 201;
        for (int i = 0; i < OtaWorld.PACKAGES; i++) {
            assertThat(status).isEqualTo(201);
            status = world.api.post("/ota/packages", token, body(20000)).status();
        }
        assertThat(world.api.post("/ota/packages", token, body(20000)).code())
                .isEqualTo("TOO_MANY_PACKAGES");
    }

    @Test
    void whatNobodyFinishesIsDropped() throws Exception {
        String id = create(Map.of());
        world.tx.system(
                c -> {
                    PackageStore.begin(c, id, "u", world.time.now());
                    return c.query(
                                    "INSERT INTO ota.piece SELECT id, tenant, 'u', 0, 'x' FROM"
                                            + " ota.package WHERE id = '"
                                            + id
                                            + "'")
                            .execute()
                            .await();
                });
        int early = world.tx.system(c -> PackageStore.expire(c, world.time.now()));
        int late = world.tx.system(c -> PackageStore.expire(c, world.time.now().plusSeconds(1)));
        assertThat(early).isZero();
        assertThat(late).isEqualTo(1);
        assertThat(pieces(id)).isZero();
    }

    private Map<String, Object> body() {
        return body(10000);
    }

    private Map<String, Object> body(long product) {
        return Map.of("product_id", product, "version", "1.0." + ++versions);
    }

    private String create(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(body());
        body.putAll(more);
        Reply made = world.api.post("/ota/packages", vendor, body);
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        return made.data().path("package_id").asText();
    }

    private Reply upload(String id, byte[] content) {
        return upload(id, content, vendor);
    }

    private Reply upload(String id, byte[] content, String token) {
        var uri =
                URI.create(
                        "http://127.0.0.1:" + world.api.port + "/ota/packages/" + id + "/content");
        return world.api.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token)
                        .expectContinue(content.length > 100)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build());
    }

    private byte[] head(String id, String header) {
        return ("PUT /ota/packages/"
                        + id
                        + "/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + vendor
                        + "\r\n"
                        + header
                        + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What comes back until the server closes. */
    private String raw(byte[] request) throws IOException {
        try (var socket = new Socket("127.0.0.1", world.api.port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            byte[] first = new byte[4096];
            int read = socket.getInputStream().read(first);
            return new String(first, 0, Math.max(read, 0), StandardCharsets.UTF_8);
        }
    }

    private byte[] stored(String id) {
        var out = new ByteArrayOutputStream();
        while (true) {
            byte[] block = world.tx.system(c -> PackageStore.block(c, id, out.size(), 32_768));
            if (block.length == 0) {
                return out.toByteArray();
            }
            out.writeBytes(block);
        }
    }

    private long pieces(String id) {
        return world.tx.system(
                c ->
                        c.preparedQuery("SELECT count(*) FROM ota.piece WHERE package_id = $1")
                                .execute(io.vertx.sqlclient.Tuple.of(id))
                                .await()
                                .iterator()
                                .next()
                                .getLong(0));
    }

    private static void await(java.util.function.BooleanSupplier done) throws InterruptedException {
        for (int i = 0; i < 200 && !done.getAsBoolean(); i++) {
            Thread.sleep(25);
        }
        assertThat(done.getAsBoolean()).isTrue();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static String digest(String name, byte[] of) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(of));
    }
}
