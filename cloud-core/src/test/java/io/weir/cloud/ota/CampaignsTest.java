package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Campaigns over HTTP, rolled out to played devices on a real PostgreSQL. Every fact is applied
 * twice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignsTest {
    private static final byte[] CONTENT = content();

    private OtaWorld world;
    private String anna;
    private String bea;
    private int versions;

    @BeforeAll
    void open() {
        world = new OtaWorld();
        anna = world.api.token(Role.VENDOR, "/DEMO/", "DEMO0000000000000001");
        bea = world.api.token(Role.VENDOR, "/DEMO/", "DEMO0000000000000002");
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Test
    void aCampaignGoesFromGroupToGroupAndEnds() {
        List<String> devices = devices("walk", 4);
        String campaign =
                campaign(firmware("2.0"), devices, List.of(group(50, 100, 50), group(50, 0, 50)));
        assertThat(step(campaign, "start", anna).code()).isEqualTo("WRONG_STATE");
        Reply own = step(campaign, "approve", anna);
        assertThat(own.status()).isEqualTo(403);
        assertThat(own.code()).isEqualTo("SAME_PERSON");
        assertThat(step(campaign, "approve", bea).data().path("approved_by").asText())
                .isEqualTo("DEMO0000000000000002");
        world.roll();
        assertThat(offered(devices)).isEmpty();
        assertThat(state(step(campaign, "start", anna))).isEqualTo("RUNNING");
        world.roll();
        List<String> first = offered(devices);
        assertThat(first).hasSize(2);
        world.roll();
        assertThat(offered(devices)).isEmpty();
        world.step(first.getFirst(), 50);
        assertThat(upgrade(campaign, first.getFirst()).path("state").asText())
                .isEqualTo("DOWNLOADING");
        assertThat(upgrade(campaign, first.getFirst()).path("words").asText()).isEqualTo("at 50");
        first.forEach(device -> world.step(device, 100));
        world.version(first.getFirst(), "", "2.0");
        world.roll();
        assertThat(offered(devices)).isEmpty();
        world.version(first.getLast(), "MCU", "2.0");
        world.roll();
        assertThat(offered(devices)).as("another module's version is none").isEmpty();
        world.version(first.getLast(), "", "2.0");
        world.roll();
        List<String> second = offered(devices);
        assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
        second.forEach(device -> world.version(device, "", "2.0"));
        world.roll();
        JsonNode end = get(campaign);
        assertThat(end.path("state").asText()).isEqualTo("FINISHED");
        assertThat(end.path("counts").toString()).isEqualTo("{\"SUCCEEDED\":4}");
        assertThat(end.path("groups").get(1).path("succeeded").asInt()).isEqualTo(2);
        assertThat(end.has("over_tms")).isTrue();
        world.version(second.getFirst(), "", "1.0");
        assertThat(upgrade(campaign, second.getFirst()).path("state").asText())
                .as("a campaign that is over hears nothing")
                .isEqualTo("SUCCEEDED");
        Reply versions = world.api.get("/devices/" + first.getLast() + "/versions", anna);
        assertThat(versions.data().findValuesAsText("module")).containsExactly("", "MCU");
        assertThat(world.api.get("/devices/" + first.getLast() + "/versions", other()).status())
                .isEqualTo(404);
    }

    @Test
    void errorsStopItAndOnlyTheFailedAreTriedAgain() {
        List<String> devices = devices("errs", 4);
        String campaign =
                running(firmware("2.1"), devices, List.of(group(50, 50, 50), group(50, 50, 50)));
        List<String> first = offered(devices);
        world.version(first.getFirst(), "", "2.1");
        world.step(first.getLast(), -3);
        world.roll();
        JsonNode stopped = get(campaign);
        assertThat(stopped.path("state").asText()).isEqualTo("PAUSED");
        assertThat(stopped.path("pause").asText()).isEqualTo("ERRORS");
        assertThat(upgrade(campaign, first.getLast()).path("reason").asText())
                .isEqualTo("VERIFY_FAILED");
        world.roll();
        assertThat(offered(devices)).isEmpty();
        assertThat(state(step(campaign, "retry", bea))).isEqualTo("PAUSED");
        world.roll();
        assertThat(offered(devices)).isEmpty();
        assertThat(state(step(campaign, "resume", bea))).isEqualTo("RUNNING");
        world.roll();
        assertThat(offered(devices)).as("the failed one, and the next group").hasSize(3);
        assertThat(upgrade(campaign, first.getLast()).path("attempt").asInt()).isEqualTo(2);
        devices.forEach(device -> world.version(device, "", "2.1"));
        world.version(first.getFirst(), "", "2.0");
        assertThat(upgrade(campaign, first.getFirst()).path("reason").asText())
                .isEqualTo("ROLLED_BACK");
        world.roll();
        assertThat(step(campaign, "pause", anna).code()).isEqualTo("WRONG_STATE");
        assertThat(state(step(campaign, "resume", anna))).isEqualTo("RUNNING");
        world.roll();
        assertThat(get(campaign).path("state").asText()).isEqualTo("FINISHED");
        assertThat(state(step(campaign, "retry", anna))).isEqualTo("RUNNING");
        world.roll();
        assertThat(offered(devices)).containsExactly(first.getFirst());
        assertThat(state(step(campaign, "cancel", anna))).isEqualTo("CANCELLED");
        assertThat(upgrade(campaign, first.getFirst()).path("reason").asText())
                .isEqualTo("CAMPAIGN_CANCELLED");
        assertThat(step(campaign, "retry", anna).code()).isEqualTo("WRONG_STATE");
    }

    @Test
    void whoeverTakesTooLongHasFailed() {
        List<String> devices = devices("late", 1);
        String campaign = running(firmware("2.2"), devices, List.of(group(100, 0, 100)));
        assertThat(offered(devices)).hasSize(1);
        world.time.advance(Duration.ofSeconds(599));
        world.roll();
        assertThat(upgrade(campaign, devices.getFirst()).path("state").asText())
                .isEqualTo("NOTIFIED");
        world.time.advance(Duration.ofSeconds(1));
        world.roll();
        JsonNode failed = upgrade(campaign, devices.getFirst());
        assertThat(failed.path("reason").asText()).isEqualTo("TIMEOUT");
        assertThat(get(campaign).path("pause").asText()).isEqualTo("ERRORS");
        world.version(devices.getFirst(), "", "2.2");
        assertThat(upgrade(campaign, devices.getFirst()).path("state").asText())
                .as("late, but true")
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void nobodyIsToldWhilePouringOrOfflineAndAgainWhenItComes() {
        List<String> devices = devices("pour", 2);
        String pours = devices.get(0);
        String offline = devices.get(1);
        world.pouring.add(pours);
        world.connected.remove(offline);
        String campaign = running(firmware("2.3"), devices, List.of(group(100, 0, 100)));
        assertThat(offered(devices)).isEmpty();
        assertThat(upgrade(campaign, pours).path("state").asText()).isEqualTo("SCHEDULED");
        world.pouring.remove(pours);
        world.roll();
        assertThat(offered(devices)).isEmpty();
        world.time.advance(Duration.ofSeconds(10));
        world.roll();
        assertThat(offered(devices)).containsExactly(pours);
        world.online(offline);
        world.roll();
        assertThat(offered(devices)).containsExactly(offline);
        world.roll();
        assertThat(offered(devices)).isEmpty();
        world.step(offline, 10);
        world.online(offline);
        world.roll();
        assertThat(offered(devices)).as("came back in the middle").containsExactly(offline);
        world.version(offline, "", "2.3");
        world.online(offline);
        world.roll();
        assertThat(offered(devices)).isEmpty();
    }

    @Test
    void anOfferThatNobodyConfirmedComesAgain() {
        List<String> devices = devices("lost", 1);
        world.silent.add(devices.getFirst());
        String campaign = running(firmware("2.4"), devices, List.of(group(100, 0, 100)));
        assertThat(offered(devices)).hasSize(1);
        JsonNode told = upgrade(campaign, devices.getFirst());
        assertThat(told.path("state").asText()).isEqualTo("NOTIFIED");
        world.silent.clear();
        world.time.advance(Duration.ofSeconds(10));
        world.roll();
        assertThat(offered(devices)).hasSize(1);
        assertThat(upgrade(campaign, devices.getFirst()).path("pushed_tms"))
                .as("its time runs from the first")
                .isEqualTo(told.path("pushed_tms"));
        world.time.advance(Duration.ofSeconds(10));
        world.roll();
        assertThat(offered(devices)).isEmpty();
    }

    @Test
    void twoNodesTellEachDeviceOnce() {
        List<String> devices = devices("both", 40);
        String campaign = campaign(firmware("3.0"), devices, List.of(group(100, 0, 100)));
        step(campaign, "approve", bea);
        step(campaign, "start", bea);
        world.rollTwice();
        assertThat(offered(devices)).hasSize(40).doesNotHaveDuplicates();
        assertThat(get(campaign).path("counts").toString()).isEqualTo("{\"NOTIFIED\":40}");
        step(campaign, "cancel", bea);
    }

    @Test
    void aDeviceThatMovedIsItsReceivers() {
        List<String> devices = devices("move", 3);
        String firmware = firmware("2.5");
        String campaign = running(firmware, devices, List.of(group(100, 0, 100)));
        assertThat(offered(devices)).hasSize(3);
        devices.forEach(device -> world.owners.put(device, "/OTHR/"));
        String told = devices.get(0);
        world.version(told, "", "2.5");
        JsonNode moved = upgrade(campaign, told);
        assertThat(moved.path("state").asText()).isEqualTo("CANCELLED");
        assertThat(moved.path("reason").asText()).isEqualTo("MOVED");
        String pushed = devices.get(1);
        world.tx.system(
                c ->
                        c.query("UPDATE ota.upgrade SET due_at = '2026-01-01' WHERE active")
                                .execute()
                                .await());
        world.roll();
        assertThat(offered(devices)).isEmpty();
        assertThat(upgrade(campaign, pushed).path("reason").asText()).isEqualTo("MOVED");
        assertThat(
                        world.api
                                .get("/devices/" + told + "/versions", other())
                                .data()
                                .findValuesAsText("version"))
                .containsExactly("2.5");
        String kept = devices.get(2);
        world.owners.put(pushed, "/DEMO/");
        String third = world.device("move-9");
        String now = running(firmware, List.of(third), List.of(group(100, 0, 100)));
        assertThat(offered(List.of(third))).hasSize(1);
        world.owners.put(third, "/OTHR/");
        String theirs =
                world.api
                        .post(
                                "/ota/campaigns",
                                other(),
                                body(
                                        firmware(other(), 30000, "1.9"),
                                        List.of(third, kept),
                                        List.of(group(100, 0, 100))))
                        .data()
                        .path("campaign_id")
                        .asText();
        assertThat(
                        world.api
                                .get("/ota/campaigns/" + theirs, other())
                                .data()
                                .path("devices")
                                .asInt())
                .isEqualTo(2);
        assertThat(upgrade(now, third).path("reason").asText()).isEqualTo("MOVED");
        Reply foreign = world.api.get("/ota/campaigns/" + theirs, anna);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(step(theirs, "cancel", anna).status()).isEqualTo(404);
    }

    @Test
    void aDeviceAsksByItselfAndFetchesOnlyWhatIsOfferedToIt() {
        List<String> devices = devices("asks", 2);
        String device = devices.getFirst();
        world.connected.removeAll(devices);
        String firmware = firmware("2.6");
        assertThat(ask(device, "g1", "{}")).isEqualTo(Answer.ok("{}"));
        String campaign = running(firmware, List.of(device), List.of(group(100, 0, 100)));
        assertThatThrownBy(() -> block(device, firmware, 0)).hasMessageContaining("not offered");
        assertThat(ask(device, "g1", "{\"module\":\"MCU\"}")).isEqualTo(Answer.ok("{}"));
        assertThat(ask(device, "g9", "{}").code()).isEqualTo(6100);
        assertThat(ask(device, "g1", "[").code()).isEqualTo(460);
        world.pouring.add(device);
        assertThat(ask(device, "g1", "{}")).isEqualTo(Answer.ok("{}"));
        world.pouring.remove(device);
        Offer offer =
                Json.read(ask(device, "g1", "{\"module\":\"default\"}").dataJson(), Offer.class);
        assertThat(offer.packageId()).isEqualTo(firmware);
        assertThat(offer.deviceId()).isEqualTo(device);
        assertThat(offer.size()).isEqualTo(CONTENT.length);
        step(campaign, "pause", anna);
        world.pouring.add(device);
        assertThat(Json.read(ask(device, "g1", "{}").dataJson(), Offer.class))
                .as("under way it goes on")
                .isEqualTo(offer);
        world.pouring.remove(device);
        var fetched = new java.io.ByteArrayOutputStream();
        byte[] block = block(device, firmware, 0);
        while (block.length > 0) {
            fetched.writeBytes(block);
            block = block(device, firmware, (fetched.size() + 32_767L) / 32_768 * 32_768);
        }
        assertThat(fetched.toByteArray()).isEqualTo(CONTENT);
        assertThatThrownBy(() -> block(device, firmware, 7)).hasMessageContaining("offset");
        assertThatThrownBy(() -> block(devices.getLast(), firmware, 0))
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.code()).isEqualTo("FORBIDDEN"));
        world.version(device, "", "2.6");
        assertThat(ask(device, "g1", "{}")).isEqualTo(Answer.ok("{}"));
        assertThatThrownBy(() -> block(device, firmware, 0)).hasMessageContaining("not offered");
    }

    @Test
    void timesAndWindowsAreKept() {
        List<String> devices = devices("time", 2);
        String firmware = firmware("2.7");
        Map<String, Object> body = body(firmware, devices, List.of(group(100, 0, 100)));
        body.put("start_tms", world.time.now().plusSeconds(60).toString());
        body.put("end_tms", world.time.now().plusSeconds(7200).toString());
        var clock =
                java.time.LocalTime.ofInstant(
                        world.time.now(), java.time.ZoneId.of("Asia/Shanghai"));
        String from = clock.plusMinutes(30).toString().substring(0, 5);
        String to = clock.plusMinutes(60).toString().substring(0, 5);
        body.put("window", Map.of("from", from, "to", to, "zone", "Asia/Shanghai"));
        String campaign = create(body).data().path("campaign_id").asText();
        step(campaign, "approve", bea);
        world.roll();
        assertThat(get(campaign).path("state").asText()).isEqualTo("APPROVED");
        world.time.advance(Duration.ofSeconds(60));
        world.roll();
        assertThat(get(campaign).path("state").asText()).isEqualTo("RUNNING");
        assertThat(offered(devices)).isEmpty();
        assertThat(ask(devices.getFirst(), "g1", "{}")).isEqualTo(Answer.ok("{}"));
        world.time.advance(Duration.ofMinutes(30));
        world.roll();
        assertThat(offered(devices)).hasSize(2);
        world.version(devices.getFirst(), "", "2.7");
        world.time.advance(Duration.ofHours(2));
        world.connected.clear();
        world.roll();
        assertThat(get(campaign).path("state").asText()).isEqualTo("CANCELLED");
        body.put("window", Map.of("from", "02:00", "to", "02:00", "zone", "Asia/Shanghai"));
        assertThat(create(body).fields()).containsExactly("window.to");
        body.put("window", Map.of("from", "02:00", "to", "03:00", "zone", "Nowhere/At"));
        body.remove("start_tms");
        assertThat(create(body).fields()).containsExactly("window.zone");
        body.remove("window");
        assertThat(create(body).fields()).containsExactly("end_tms");
    }

    @Test
    void whoIsLeftOutIsCountedAndWhatIsWrongIsSaid() {
        List<String> devices = devices("sift", 4);
        world.version(devices.get(0), "", "1.0");
        world.version(devices.get(1), "", "2.8");
        world.version(devices.get(2), "", "0.9");
        world.version(devices.get(3), "", "1.0");
        Map<String, Object> patch = new HashMap<>(Map.of("product_id", 10000, "version", "2.8"));
        patch.put("source_versions", List.of("1.0"));
        String firmware = id(world.api.post("/ota/packages", anna, patch), "package_id");
        Map<String, Object> body = body(firmware, devices, List.of(group(100, 0, 100)));
        assertThat(create(body).code()).isEqualTo("CONTENT_MISSING");
        upload(anna, firmware);
        String other = firmware("2.9");
        create(body(other, List.of(devices.get(3)), List.of(group(100, 0, 100))));
        var ask = Map.of("package_id", firmware, "devices", devices);
        Reply preview = world.api.post("/ota/campaigns/preview", anna, ask);
        assertThat(preview.data().toString()).isEqualTo("{\"devices\":1,\"unfit\":2,\"busy\":1}");
        JsonNode made = create(body).data();
        assertThat(made.path("devices").asInt()).isEqualTo(1);
        assertThat(made.path("skipped").asInt()).isEqualTo(3);
        assertThat(create(body).fields()).containsExactly("devices");
        String path = "/ota/packages/" + firmware;
        assertThat(world.api.send("DELETE", path, anna, null, Map.of()).code())
                .isEqualTo("PACKAGE_IN_USE");
        step(made.path("campaign_id").asText(), "cancel", anna);
        assertThat(world.api.send("DELETE", path, anna, null, Map.of()).status()).isEqualTo(204);
        Map<String, Object> foreign =
                body(other, List.of("sift-0", "nobody"), List.of(group(100, 0, 100)));
        assertThat(create(foreign).fields()).containsExactly("devices[1]");
        Map<String, Object> half = body(other, devices, List.of(group(50, 0, 100)));
        assertThat(create(half).fields()).containsExactly("groups");
        Reply list = world.api.get("/ota/campaigns?state=CANCELLED", anna);
        assertThat(list.data().findValuesAsText("campaign_id"))
                .contains(made.path("campaign_id").asText());
        assertThat(world.api.get("/ota/campaigns", other()).data().findValuesAsText("tenant"))
                .doesNotContain("/DEMO/");
    }

    private String firmware(String version) {
        return firmware(anna, 10000, version);
    }

    private String firmware(String token, long product, String version) {
        Reply made =
                world.api.post(
                        "/ota/packages", token, Map.of("product_id", product, "version", version));
        String id = id(made, "package_id");
        upload(token, id);
        return id;
    }

    private void upload(String token, String id) {
        var uri =
                URI.create(
                        "http://127.0.0.1:" + world.api.port + "/ota/packages/" + id + "/content");
        Reply stored =
                world.api.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + token)
                                .PUT(BodyPublishers.ofByteArray(CONTENT))
                                .build());
        assertThat(stored.status()).as(stored.json().toString()).isEqualTo(201);
    }

    private List<String> devices(String name, int count) {
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(world.device(name + "-" + i));
        }
        return devices;
    }

    private static Map<String, Object> group(int percent, int success, int error) {
        return Map.of("percent", percent, "success_percent", success, "error_percent", error);
    }

    private Map<String, Object> body(
            String firmware, List<String> devices, List<Map<String, Object>> groups) {
        return new HashMap<>(
                Map.of(
                        "package_id",
                        firmware,
                        "name",
                        "campaign " + ++versions,
                        "devices",
                        devices,
                        "timeout_s",
                        600,
                        "groups",
                        groups));
    }

    private Reply create(Map<String, Object> body) {
        return world.api.post("/ota/campaigns", anna, body);
    }

    private String campaign(
            String firmware, List<String> devices, List<Map<String, Object>> groups) {
        return id(create(body(firmware, devices, groups)), "campaign_id");
    }

    /** Approved, started, and one round gone. */
    private String running(
            String firmware, List<String> devices, List<Map<String, Object>> groups) {
        String campaign = campaign(firmware, devices, groups);
        step(campaign, "approve", bea);
        assertThat(state(step(campaign, "start", bea))).isEqualTo("RUNNING");
        world.roll();
        return campaign;
    }

    private Reply step(String campaign, String step, String token) {
        return world.api.send(
                "POST", "/ota/campaigns/" + campaign + "/" + step, token, null, Map.of());
    }

    private JsonNode get(String campaign) {
        return world.api.get("/ota/campaigns/" + campaign, anna).data();
    }

    private JsonNode upgrade(String campaign, String device) {
        Reply list = world.api.get("/ota/campaigns/" + campaign + "/devices?limit=200", anna);
        for (JsonNode one : list.data()) {
            if (one.path("device_id").asText().equals(device)) {
                return one;
            }
        }
        throw new AssertionError(device + " is not in " + list.json());
    }

    private List<String> offered(List<String> devices) {
        return devices.stream()
                .flatMap(device -> world.offered(device).stream())
                .map(Offer::deviceId)
                .toList();
    }

    private Answer ask(String device, String gateway, String params) {
        var question = new Question(gateway, device, "thing.ota.firmware.get", params);
        return world.api.bus.call(AlinkApi.OTA, question, Call.system("t")).await();
    }

    private byte[] block(String device, String content, long offset) {
        var ask = new GetBlock("g1", device, content, offset);
        return world.api.bus.call(DownloadApi.FIRMWARE, ask, Call.system("t")).await().bytes();
    }

    private String other() {
        return world.api.token(Role.VENDOR, "/OTHR/", "OTHR0000000000000001");
    }

    private static String state(Reply reply) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        return reply.data().path("state").asText();
    }

    private static String id(Reply made, String field) {
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        return made.data().path(field).asText();
    }

    private static byte[] content() {
        byte[] bytes = new byte[300_001];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
