package io.weir.cloud.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.files.FilesApi;
import io.weir.api.files.FilesApi.DeviceFile;
import io.weir.api.files.FilesApi.GetFile;
import io.weir.api.files.FilesApi.ListFiles;
import io.weir.api.files.FilesApi.Piece;
import io.weir.api.files.FilesApi.ReadFile;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.Places;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Uploads with duplicates, holes, restarts and lies, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadPgTest {
    private static final FilesConfig CONFIG =
            new FilesConfig(200_000, 2, Duration.ofHours(24), Duration.ofHours(1));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final Map<String, Place> devices = new HashMap<>();
    private Tx tx;
    private ManualTime time;

    @BeforeAll
    void open() {
        Db db = TestPostgres.connect(vertx, TestPostgres.fresh());
        tx = new Tx(db);
        time = new ManualTime(Instant.parse("2026-05-04T12:00:00Z"), "boot");
        Places places =
                new Places() {
                    @Override
                    public void load(Set<String> ids) {}

                    @Override
                    public Place get(String id) {
                        return devices.get(id);
                    }
                };
        vertx.deployVerticle(
                        new FilesVerticle(CONFIG, bus, tx, time, places),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    @AfterAll
    void close() {
        vertx.close().await();
    }

    @BeforeEach
    void clean() {
        tx.system(c -> c.query("DELETE FROM files.file").execute().await());
        devices.clear();
        devices.put("d1", new Place("d1", "/DEMO/A001/", "pk", "g1", List.of()));
    }

    private static Call as(String tenant) {
        return new Call(new Actor("u", Role.VENDOR, Scope.tenant(tenant)), null, "r");
    }

    private Answer ask(String method, Map<String, Object> params) {
        var q = new Question("g1", "d1", "thing.file.upload.mqtt." + method, Json.text(params));
        return bus.call(AlinkApi.FILES, q, Call.system("t")).await();
    }

    private String begin(String name, long size, Map<String, Object> more) {
        Map<String, Object> params = new HashMap<>(more);
        params.put("fileName", name);
        params.put("fileSize", size);
        Answer answer = ask("init", params);
        assertThat(answer.code()).as(answer.message()).isEqualTo(200);
        return Json.tree(answer.dataJson()).get("uploadId").asText();
    }

    private Answer send(String id, long offset, byte[] bytes, boolean complete) {
        return bus.call(
                        FilesApi.PIECE,
                        new Piece("g1", "d1", id, offset, bytes, complete),
                        Call.system("t"))
                .await();
    }

    private List<DeviceFile> files(String tenant) {
        return bus.call(FilesApi.LIST, new ListFiles("d1", 20, 0), as(tenant)).await().items();
    }

    private byte[] content(String id) {
        var out = new ByteArrayOutputStream();
        while (true) {
            byte[] bytes =
                    bus.call(FilesApi.READ, new ReadFile("d1", id, out.size()), as("/DEMO/"))
                            .await()
                            .bytes();
            if (bytes.length == 0) {
                return out.toByteArray();
            }
            out.writeBytes(bytes);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theChecksumIsThatOfTheStandard() {
        assertThat(Long.toHexString(Crc64.of(0, text("123456789")))).isEqualTo("995dc9bbdf1939fa");
        assertThat(Crc64.of(Crc64.of(0, text("1234")), text("56789")))
                .isEqualTo(Crc64.of(0, text("123456789")));
    }

    @Test
    void aFileComesInPiecesSomeOfThemTwice() {
        byte[] whole = new byte[100_000];
        new Random(1).nextBytes(whole);
        String crc = Long.toUnsignedString(Crc64.of(0, whole));
        String id = begin("log.bin", whole.length, Map.of("ficMode", "crc64", "ficValue", crc));
        for (int at = 0; at < whole.length; at += 30_000) {
            int to = Math.min(whole.length, at + 30_000);
            byte[] piece = java.util.Arrays.copyOfRange(whole, at, to);
            assertThat(send(id, at, piece, to == whole.length).code()).isEqualTo(200);
            Answer again = send(id, at, piece, to == whole.length);
            assertThat(again.code()).isEqualTo(200);
            if (to == whole.length) {
                JsonNode end = Json.tree(again.dataJson());
                assertThat(end.get("complete").asBoolean()).isTrue();
                assertThat(end.get("ficValueServer").asText()).isEqualTo(crc);
            }
        }
        DeviceFile file = files("/DEMO/").getFirst();
        assertThat(file.name()).isEqualTo("log.bin");
        assertThat(file.size()).isEqualTo(whole.length);
        assertThat(content(file.fileId())).isEqualTo(whole);
    }

    @Test
    void anUploadGoesOnWhereItWas() {
        Map<String, Object> uid = Map.of("initUid", "u-1");
        String id = begin("a.txt", 6, uid);
        send(id, 0, text("abc"), false);
        Answer again = ask("init", Map.of("fileName", "a.txt", "fileSize", 6, "initUid", "u-1"));
        JsonNode data = Json.tree(again.dataJson());
        assertThat(data.get("uploadId").asText()).isEqualTo(id);
        assertThat(data.get("offset").asLong()).isEqualTo(3);
        assertThat(send(id, 3, text("def"), true).code()).isEqualTo(200);
        assertThat(content(files("/DEMO/").getFirst().fileId())).isEqualTo(text("abcdef"));
    }

    @Test
    void whatIsWrongIsRefusedAndSaid() {
        assertThat(ask("init", Map.of("fileName", "../x", "fileSize", 1)).message())
                .startsWith("fileName:");
        assertThat(ask("init", Map.of("fileName", "x", "fileSize", 200_001)).message())
                .startsWith("fileSize:");
        assertThat(
                        ask(
                                        "init",
                                        Map.of(
                                                "fileName",
                                                "x",
                                                "fileSize",
                                                1,
                                                "conflictStrategy",
                                                "guess"))
                                .message())
                .startsWith("conflictStrategy:");
        String id = begin("x", 4, Map.of());
        assertThat(send(id, 1, text("b"), false).message()).startsWith("offset: 0");
        assertThat(send(id, 0, text("abcde"), false).message()).startsWith("bSize:");
        assertThat(send(id, 0, text("ab"), true).message()).startsWith("isComplete:");
        assertThat(send("nosuch", 0, text("ab"), true).message()).startsWith("uploadId:");
        String wrong = begin("y", 2, Map.of("ficMode", "crc64", "ficValue", "1"));
        assertThat(send(wrong, 0, text("ab"), true).message()).startsWith("ficValue:");
        assertThat(files("/DEMO/")).isEmpty();
        devices.put("d1", new Place("d1", "/DEMO/", "pk", "g2", List.of()));
        assertThat(send(id, 0, text("abcd"), true).code()).isEqualTo(403);
        assertThat(ask("cancel", Map.of("uploadId", id)).code()).isEqualTo(403);
    }

    @Test
    void ofTheSameNameTheDeviceDecides() {
        upload("n.txt", "one", "overwrite");
        upload("n.txt", "two", "overwrite");
        assertThat(only()).isEqualTo("two");
        upload("n.txt", "+three", "append");
        assertThat(only()).isEqualTo("two+three");
        assertThat(
                        ask(
                                        "init",
                                        Map.of(
                                                "fileName",
                                                "n.txt",
                                                "fileSize",
                                                1,
                                                "conflictStrategy",
                                                "reject"))
                                .message())
                .startsWith("fileName: a file of this name exists");
        upload("m.txt", "x", "overwrite");
        assertThat(ask("init", Map.of("fileName", "third", "fileSize", 1)).code()).isEqualTo(429);
    }

    private void upload(String name, String text, String conflict) {
        String id = begin(name, -1, Map.of("conflictStrategy", conflict));
        assertThat(send(id, 0, text(text), true).code()).isEqualTo(200);
    }

    private String only() {
        return new String(content(files("/DEMO/").getFirst().fileId()), StandardCharsets.UTF_8);
    }

    @Test
    void filesStayWithTheTenantThatOwnedTheDevice() {
        upload("n.txt", "one", "overwrite");
        String id = files("/DEMO/").getFirst().fileId();
        assertThat(files("/OTHR/")).isEmpty();
        assertThatThrownBy(
                        () -> bus.call(FilesApi.GET, new GetFile("d1", id), as("/OTHR/")).await())
                .isInstanceOf(Rejected.class);
        devices.put("d1", new Place("d1", "/OTHR/", "pk", "g1", List.of()));
        upload("n.txt", "of the new owner", "overwrite");
        assertThat(files("/OTHR/")).hasSize(1);
        assertThat(content(id)).isEqualTo(text("one"));
    }

    @Test
    void whatNobodyFinishesIsDropped() {
        String id = begin("slow", 10, Map.of());
        send(id, 0, text("abc"), false);
        int early = tx.system(c -> FileStore.expire(c, time.now()));
        Instant later = time.now().plus(Duration.ofHours(25));
        int late = tx.system(c -> FileStore.expire(c, later));
        assertThat(early).isZero();
        assertThat(late).isEqualTo(1);
        assertThat(send(id, 3, text("d"), false).message()).startsWith("uploadId:");
    }
}
