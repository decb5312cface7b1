package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.Tuple;
import io.weir.cloud.Migrations;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.seal.SecretBox;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipFile;

/**
 * Production of large batches in the background, and their credentials as files (OMS 2.5 to 2.8).
 */
class ProductionTest {
    private static DevicesWorld world;
    private static int numbers;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static JsonNode batch(long id) {
        return ok(world.post(world.demo, "/oms/produce/detail/" + id, Map.of()));
    }

    private static void awaitState(long id, String state) {
        until(() -> batch(id).path("state").asText().equals(state), "batch " + id + " " + state);
    }

    private static void until(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** A batch of which nothing is made yet, as a node that died at once would leave it. */
    private static long unmade(int amount) {
        long id = world.submit(world.demo, world.addProduct(world.demo), 1);
        world.api.tx.system(
                c -> {
                    c.preparedQuery("DELETE FROM devices.device WHERE batch_id = $1")
                            .execute(Tuple.of(id))
                            .await();
                    return c.preparedQuery(
                                    "UPDATE devices.batch SET amount = $2, state = 'MAKING', done ="
                                            + " 0, due_at = now() + interval '1 hour' WHERE"
                                            + " batch_id = $1")
                            .execute(Tuple.of(id, amount))
                            .await();
                });
        return id;
    }

    private static void due(long id) {
        world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "UPDATE devices.batch SET due_at = '-infinity' WHERE"
                                                + " batch_id = $1")
                                .execute(Tuple.of(id))
                                .await());
    }

    private static long devices(long id) {
        return world.api.tx.system(
                c ->
                        c.preparedQuery("SELECT count(*) FROM devices.device WHERE batch_id = $1")
                                .execute(Tuple.of(id))
                                .await()
                                .iterator()
                                .next()
                                .getLong(0));
    }

    private static Production worker() throws IOException {
        var box = SecretBox.create(Files.createTempDirectory("weir-production").resolve("k"));
        return new Production(
                world.api.tx, new Maker(box), new Announcer(world.api.bus), world.api.time);
    }

    @Test
    @Tag("stores:produceDevices")
    @Tag("stores:confirmBatch")
    @Tag("stores:getBatch")
    @Tag("stores:listBatchDevices")
    @Tag("shows:O-015")
    @Tag("shows:O-016")
    void aLargeBatchIsMadeAndStockedInTheBackground() {
        long product = world.addProduct(world.demo);
        long last = world.last();
        long id = world.submit(world.demo, product, 4_500);
        awaitState(id, "READY");
        assertThat(batch(id).path("made").asInt()).isEqualTo(4_500);
        assertThat(batch(id).path("stocked").asInt()).isZero();
        assertThat(devices(id)).isEqualTo(4_500);
        JsonNode confirming = ok(world.post(world.demo, "/oms/produce/confirm/" + id, Map.of()));
        assertThat(confirming.path("confirmed").asBoolean()).isTrue();
        awaitState(id, "CONFIRMED");
        assertThat(batch(id).path("stocked").asInt()).isEqualTo(4_500);
        assertThat(world.last()).as("its gateway hears of each once").isEqualTo(last + 4_500);
        assertThat(world.post(world.demo, "/oms/produce/confirm/" + id, Map.of()).data())
                .as("again changes nothing")
                .isEqualTo(world.post(world.demo, "/oms/produce/confirm/" + id, Map.of()).data());
        Reply page =
                world.post(
                        world.demo,
                        "/oms/produce/device/" + id,
                        Map.of("page", 23, "page_size", 200));
        assertThat(page.json().path("total").asInt()).isEqualTo(4_500);
        assertThat(page.data()).hasSize(100);
    }

    @Test
    @Tag("refuses:confirmBatch")
    @Tag("refuses:downloadBatch")
    @Tag("refuses:removeBatch")
    @Tag("stores:removeBatch")
    void whatIsBeingMadeIsNotConfirmedNorFetchedButMayBeRemoved() throws IOException {
        long id = unmade(3_000);
        assertThat(batch(id).path("state").asText()).isEqualTo("MAKING");
        for (String deed : new String[] {"confirm", "download"}) {
            Reply refused = world.post(world.demo, "/oms/produce/" + deed + "/" + id, Map.of());
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("BATCH_NOT_READY");
        }
        assertThat(file(id, "csv", world.demo).code()).isEqualTo("BATCH_NOT_READY");
        ok(world.post(world.demo, "/oms/produce/remove/" + id, Map.of()));
        assertThat(devices(id)).isZero();
        assertThat(world.post(world.demo, "/oms/produce/detail/" + id, Map.of()).code())
                .isEqualTo("NOT_FOUND");
        assertThat(worker().piece()).as("nothing is left to do").isFalse();
    }

    /** kill -9 in the middle of a piece: its transaction never was. */
    @Test
    void whateverDiesIsGoneOnWithWhereItStopped() throws IOException {
        long id = unmade(5_000);
        Production worker = worker();
        due(id);
        until(() -> batch(id).path("made").asInt() >= 2_000, "a piece is made");
        int before = batch(id).path("made").asInt();
        if (before < 5_000) {
            assertThatThrownBy(
                            () ->
                                    world.api.tx.system(
                                            c -> {
                                                worker.piece(c, world.api.time.now());
                                                throw new IllegalStateException("killed");
                                            }))
                    .hasMessage("killed");
        }
        awaitState(id, "READY");
        assertThat(devices(id)).isEqualTo(5_000);
        assertThat(batch(id).path("made").asInt()).isEqualTo(5_000);
    }

    @Test
    void severalNodesWorkAtSeveralBatchesAndEachDeviceIsMadeOnce() throws Exception {
        List<Long> ids = List.of(unmade(5_000), unmade(5_000), unmade(5_000));
        ids.forEach(ProductionTest::due);
        Production one = worker();
        Production two = worker();
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            nodes.submit(one::run);
            nodes.submit(two::run);
        }
        ids.forEach(id -> awaitState(id, "READY"));
        for (long id : ids) {
            assertThat(devices(id)).isEqualTo(5_000);
            assertThat(batch(id).path("made").asInt()).isEqualTo(5_000);
        }
    }

    @Test
    void aBatchThatFailsWaitsAndHoldsUpNoOther() throws Exception {
        long bad = unmade(2_500);
        long good = unmade(2_500);
        owner("ADD CONSTRAINT bad CHECK (batch_id <> " + bad + ")");
        try {
            due(bad);
            due(good);
            awaitState(good, "READY");
            assertThat(batch(bad).path("made").asInt()).isZero();
            assertThat(devices(bad)).isZero();
        } finally {
            owner("DROP CONSTRAINT bad");
        }
        due(bad);
        awaitState(bad, "READY");
        assertThat(devices(bad)).isEqualTo(2_500);
    }

    private static void owner(String change) throws Exception {
        try (var connection = Migrations.connect(world.api.uri);
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE devices.device " + change);
        }
    }

    @Test
    @Tag("stores:downloadBatch")
    @Tag("shows:O-018")
    void credentialsComeAsAFileOfAnySizeAndWhoFetchedThemIsWrittenDown() throws IOException {
        long id = world.submit(world.demo, world.addProduct(world.demo), 6_000);
        awaitState(id, "READY");
        long audited = audited(id);
        Reply csv = file(id, "csv", world.demo);
        assertThat(csv.status()).isEqualTo(200);
        List<String> lines = new String(csv.raw().body(), StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(6_001);
        assertThat(lines.getFirst()).isEqualTo("product_key,device_name,device_secret");
        Set<String> secrets = new HashSet<>();
        lines.stream().skip(1).forEach(line -> secrets.add(line.split(",")[2]));
        assertThat(secrets).hasSize(6_000);
        Reply xlsx = file(id, "xlsx", world.demo);
        assertThat(xlsx.raw().headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"devices-" + id + ".xlsx\"");
        String sheet = entry(xlsx.raw().body(), "xl/worksheets/sheet1.xml");
        assertThat(sheet.split("<row ", -1)).hasSize(6_002);
        assertThat(sheet).contains(lines.get(6_000).split(",")[2]);
        assertThat(audited(id)).isEqualTo(audited + 2);
        assertThat(world.rows(world.demo, id)).as("in one answer too").hasSize(6_000);
        assertThat(audited(id)).isEqualTo(audited + 3);
        long large = unmade(10_001);
        world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "UPDATE devices.batch SET state = 'READY' WHERE batch_id ="
                                                + " $1")
                                .execute(Tuple.of(large))
                                .await());
        assertThat(world.post(world.demo, "/oms/produce/download/" + large, Map.of()).code())
                .isEqualTo("BATCH_TOO_LARGE");
        assertThat(file(id, "pdf", world.demo).fields()).containsExactly("format");
        assertThat(file(id, "csv", world.other).code()).isEqualTo("NOT_FOUND");
        assertThat(world.api.get("/oms/produce/file/" + id, null).status()).isEqualTo(401);
        Map<String, String> omsHeader = Map.of("Token", world.demo);
        for (String prefix : List.of("/oms", "/pms")) {
            String path = prefix + "/produce/file/" + id;
            assertThat(world.api.send("GET", path, null, null, omsHeader).status())
                    .as(path)
                    .isEqualTo(200);
        }
        String dealer = world.api.token(io.weir.model.access.Role.DEALER, "/DEMO/A001/D001/");
        assertThat(file(id, "csv", dealer).status()).isEqualTo(403);
    }

    @Test
    @Tag("refuses:produceDevices")
    void aBatchHasItsBounds() {
        long product = world.addProduct(world.demo);
        Map<String, Object> body = new HashMap<>();
        body.put("name", "x");
        body.put("product_id", product);
        body.put("batch_no", "bounds" + ++numbers);
        for (int amount : new int[] {0, 100_001}) {
            body.put("amount", amount);
            assertThat(world.post(world.demo, "/oms/produce/submit", body).fields())
                    .containsExactly("amount");
        }
    }

    private static Reply file(long id, String format, String token) {
        return world.api.get("/oms/produce/file/" + id + "?format=" + format, token);
    }

    private static long audited(long id) {
        return world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "SELECT count(*) FROM audit.entry WHERE action ="
                                                + " 'devices.batch.download' AND target = $1")
                                .execute(Tuple.of("batch:" + id))
                                .await()
                                .iterator()
                                .next()
                                .getLong(0));
    }

    private static String entry(byte[] zip, String name) throws IOException {
        var path = Files.createTempFile("weir-production", ".xlsx");
        Files.write(path, zip);
        try (var file = new ZipFile(path.toFile())) {
            var entry = Objects.requireNonNull(file.getEntry(name), name);
            return new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            Files.delete(path);
        }
    }
}
