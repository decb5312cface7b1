package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.EDGE;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.Tuple;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.ChangesSince;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.edge.EdgeApi;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Topology and registration of sub-devices on a real PostgreSQL, as gateway devices and staff use
 * it.
 */
class TopologyTest {
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    /** Credentials of a device. */
    private record Triple(String id, String productKey, String deviceName, String secret) {
        Map<String, Object> name() {
            return Map.of("productKey", productKey, "deviceName", deviceName);
        }

        Map<String, Object> proof() {
            String content =
                    AlinkSign.content(
                            Map.of(
                                    "clientId",
                                    "c1",
                                    "deviceName",
                                    deviceName,
                                    "productKey",
                                    productKey,
                                    "timestamp",
                                    "789"));
            var proof = new HashMap<>(name());
            proof.put("clientId", "c1");
            proof.put("timestamp", "789");
            proof.put("signmethod", "hmacSha1");
            proof.put("sign", AlinkSign.SHA1.sign(secret, content));
            return proof;
        }
    }

    private static List<Triple> devices(String token, String nodeType, int amount) {
        long product = world.addProduct(token);
        ok(world.put(token, "/products/" + product + "/node-type", Map.of("node_type", nodeType)));
        registration(token, product, "whitelist");
        long batch = world.submit(token, product, amount);
        world.confirm(token, batch);
        return world.rows(token, batch).stream().map(TopologyTest::triple).toList();
    }

    private static void registration(String token, long product, String how) {
        ok(world.post(token, "/oms/product/update/" + product, Map.of("registration", how)));
    }

    private static Triple triple(JsonNode row) {
        return new Triple(
                row.path("device_id").asText(),
                row.path("product_key").asText(),
                row.path("device_name").asText(),
                row.path("device_secret").asText());
    }

    private static Answer ask(Triple gateway, String method, Object params) {
        return world.ask(
                AlinkApi.TOPOLOGY, new Question(EDGE, gateway.id(), method, Json.text(params)));
    }

    private static List<String> behind(Triple gateway) {
        List<String> names = new ArrayList<>();
        Json.tree(ask(gateway, "thing.topo.get", "{}").dataJson())
                .forEach(n -> names.add(n.path("deviceName").asText()));
        return names;
    }

    private static @Nullable DeviceGrant grant(String id) {
        return world.changes(0).devices().stream()
                .filter(d -> d.deviceId().equals(id))
                .findFirst()
                .orElse(null);
    }

    @Test
    void aGatewayAddsListsAndRemovesItsSubDevicesAndTheEdgeHearsOfIt() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        List<Triple> subs = devices(world.demo, "SUB", 2);
        List<Object> proofs = List.of(subs.get(0).proof(), subs.get(1).proof());
        long before = world.last();
        assertThat(ask(gateway, "thing.topo.add", proofs).code()).isEqualTo(200);
        assertThat(behind(gateway))
                .containsExactlyInAnyOrder(subs.get(0).deviceName(), subs.get(1).deviceName());
        assertThat(world.changes(before).devices())
                .extracting(DeviceGrant::parent)
                .containsExactly(gateway.id(), gateway.id());
        // Idempotent, and nobody has to hear of it again.
        long after = world.last();
        assertThat(ask(gateway, "thing.topo.add", proofs).code()).isEqualTo(200);
        assertThat(world.last()).isEqualTo(after);
        assertThat(ask(gateway, "thing.topo.delete", List.of(subs.get(0).name())).code())
                .isEqualTo(200);
        assertThat(behind(gateway)).containsExactly(subs.get(1).deviceName());
        assertThat(grant(subs.get(0).id()).parent()).isNull();
    }

    @Test
    void forgedForeignAndImpossibleOnesGetTheProtocolsCode() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        Triple direct = triple(world.devices(world.demo, 1).getFirst());
        Triple foreign = devices(world.other, "SUB", 1).getFirst();
        var forged = new HashMap<>(sub.proof());
        forged.put("sign", "0".repeat(40));
        assertThat(add(gateway, forged)).isEqualTo(401);
        assertThat(add(gateway, foreign.proof())).isEqualTo(6100);
        assertThat(add(gateway, direct.proof())).isEqualTo(460);
        assertThat(add(gateway, gateway.proof())).isEqualTo(6402);
        assertThat(add(sub, gateway.proof())).isEqualTo(403);
        assertThat(ask(gateway, "thing.topo.add", "{}").code()).isEqualTo(460);
        assertThat(ask(gateway, "thing.topo.add", List.of(sub.name())).code()).isEqualTo(460);
        assertThat(behind(gateway)).isEmpty();
        var stranger = new Question("edge-9", gateway.id(), "thing.topo.get", "{}");
        assertThat(world.ask(AlinkApi.TOPOLOGY, stranger).code()).isEqualTo(6100);
    }

    private static int add(Triple gateway, Map<String, Object> proof) {
        return ask(gateway, "thing.topo.add", List.of(proof)).code();
    }

    @Test
    void theBoundOfAGatewayHolds() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        List<Triple> subs = devices(world.demo, "SUB", 41);
        assertThat(ask(gateway, "thing.topo.add", proofs(subs.subList(0, 30))).code())
                .isEqualTo(200);
        assertThat(ask(gateway, "thing.topo.add", proofs(subs.subList(25, 41))).code())
                .isEqualTo(428);
        assertThat(ask(gateway, "thing.topo.add", proofs(subs.subList(0, 31))).code())
                .isEqualTo(460);
        assertThat(behind(gateway)).hasSize(30);
    }

    private static List<Map<String, Object>> proofs(List<Triple> subs) {
        return subs.stream().map(Triple::proof).toList();
    }

    @Test
    void registrationTellsSecretsAndUnregisteringVoidsThem() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        Triple foreign = devices(world.other, "SUB", 1).getFirst();
        Answer told = ask(gateway, "thing.sub.register", List.of(sub.name()));
        JsonNode first = Json.tree(told.dataJson()).path(0);
        assertThat(first.path("deviceSecret").asText()).isEqualTo(sub.secret());
        assertThat(first.path("iotId").asText()).isEqualTo(sub.id());
        assertThat(ask(gateway, "thing.sub.register", List.of(sub.name()))).isEqualTo(told);
        assertThat(ask(gateway, "thing.sub.register", List.of(foreign.name())).code())
                .isEqualTo(6250);
        var nameless = Map.of("productKey", sub.productKey(), "deviceName", "no such one");
        assertThat(ask(gateway, "thing.sub.register", List.of(nameless)).code()).isEqualTo(6280);
        var absent = Map.of("productKey", sub.productKey(), "deviceName", "absent");
        assertThat(ask(gateway, "thing.sub.register", List.of(absent)).code()).isEqualTo(6100);

        assertThat(add(gateway, sub.proof())).isEqualTo(200);
        activate(sub);
        assertThat(ask(gateway, "thing.sub.register", List.of(sub.name())).code()).isEqualTo(200);
        assertThat(ask(gateway, "thing.sub.unregister", List.of(sub.name())).code()).isEqualTo(200);
        assertThat(add(gateway, sub.proof())).as("with the old secret").isEqualTo(401);
        Answer anew = ask(gateway, "thing.sub.register", List.of(sub.name()));
        assertThat(Json.tree(anew.dataJson()).path(0).path("deviceSecret").asText())
                .isNotEqualTo(sub.secret())
                .isEqualTo(grant(sub.id()).deviceSecret());
        activate(sub);
        assertThat(ask(gateway, "thing.sub.register", List.of(sub.name())).code())
                .as("somebody uses it")
                .isEqualTo(6289);
    }

    @Test
    void withoutTheProductsPermissionNoSecretIsTold() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "UPDATE devices.product SET registration = 'OFF' WHERE"
                                                + " product_key = $1")
                                .execute(Tuple.of(sub.productKey()))
                                .await());
        assertThat(ask(gateway, "thing.sub.register", List.of(sub.name())).code()).isEqualTo(6288);
    }

    private static void activate(Triple sub) {
        world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "UPDATE devices.device SET activated_at = now() WHERE"
                                                + " device_id = $1")
                                .execute(Tuple.of(sub.id()))
                                .await());
    }

    @Test
    void registrationWithTheProductsSignatureAnswersEachForItself() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        List<Triple> subs = devices(world.demo, "SUB", 2);
        String content =
                AlinkSign.content(
                        Map.of(
                                "deviceName", subs.get(0).deviceName(),
                                "productKey", subs.get(0).productKey(),
                                "random", "r1"));
        var right = new HashMap<>(subs.get(0).name());
        right.put("random", "r1");
        right.put("signMethod", "hmacsha256");
        right.put("sign", AlinkSign.SHA256.sign(DevicesWorld.SECRET, content));
        var wrong = new HashMap<>(subs.get(1).name());
        wrong.putAll(Map.of("random", "r1", "signMethod", "hmacsha256", "sign", "00"));
        Answer told =
                ask(
                        gateway,
                        "thing.proxy.provisioning.product_register",
                        Map.of("proxieds", List.of(right, wrong)));
        JsonNode data = Json.tree(told.dataJson());
        assertThat(data.path("successes").path(0).path("deviceSecret").asText())
                .isEqualTo(subs.get(0).secret());
        assertThat(data.path("failures").path(0).path("code").asInt()).isEqualTo(6287);
    }

    @Test
    void anotherGatewayThatCanSignTakesItOverAndTheOldOneIsTold() {
        List<Triple> gateways = devices(world.demo, "GATEWAY", 2);
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        connect(gateways.get(0));
        assertThat(add(gateways.get(0), sub.proof())).isEqualTo(200);
        assertThat(add(gateways.get(1), sub.proof())).isEqualTo(200);
        assertThat(behind(gateways.get(0))).isEmpty();
        assertThat(behind(gateways.get(1))).containsExactly(sub.deviceName());
        assertThat(told(gateways.get(0)))
                .containsExactly(
                        "/sys/" + sub.productKey() + "/" + sub.deviceName() + "/thing/delete",
                        "thing/topo/change {\"status\":1,\"subList\":[" + json(sub) + "]}");
    }

    private static String json(Triple sub) {
        return "{\"productKey\":\""
                + sub.productKey()
                + "\",\"deviceName\":\""
                + sub.deviceName()
                + "\"}";
    }

    private static void connect(Triple device) {
        world.api.tx.system(
                c ->
                        c.preparedQuery(
                                        "INSERT INTO devices.presence (device_id, tenant, online,"
                                            + " epoch, gateway_id, boot, connection,"
                                            + " lane_partition) VALUES ($1, '/DEMO/', true, 1, $2,"
                                            + " 'b', 1, 0)")
                                .execute(Tuple.of(device.id(), EDGE))
                                .await());
    }

    /** What the edge was asked to send over this device's connection. */
    private static List<String> told(Triple gateway) {
        List<String> told = new ArrayList<>();
        for (Object command : world.neighbours.commands) {
            if (command instanceof EdgeApi.DeviceRequest r && r.deviceId().equals(gateway.id())) {
                told.add(r.path() + " " + r.paramsJson());
            }
            if (command instanceof EdgeApi.Publish p && p.deviceId().equals(gateway.id())) {
                told.add(p.topic());
            }
        }
        return told;
    }

    @Test
    void staffAddsConfirmsDisablesAndRemovesAndTheGatewayHearsEachInTime() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        connect(gateway);
        String subs = "/devices/" + gateway.id() + "/subs";
        assertThat(ask(gateway, "thing.list.found", List.of(sub.name())).code()).isEqualTo(200);
        String found = "/devices/" + gateway.id() + "/found-subs";
        assertThat(ok(world.api.get(found, world.demo)).path(0).path("device_name").asText())
                .isEqualTo(sub.deviceName());
        String one = found + "/" + sub.productKey() + "/" + sub.deviceName();
        ok(world.put(world.demo, one, Map.of()));
        JsonNode added = ok(world.put(world.demo, subs + "/" + sub.id(), Map.of()));
        assertThat(added.path("device_id").asText()).isEqualTo(sub.id());
        assertThat(ok(world.api.get(found, world.demo))).isEmpty();
        ok(world.put(world.demo, "/devices/" + sub.id() + "/state", Map.of("state", 0)));
        ok(world.put(world.demo, "/devices/" + sub.id() + "/state", Map.of("state", 2)));
        assertThat(ok(world.api.get(subs, world.demo))).hasSize(1);
        assertThat(world.api.get(subs, world.other).status()).isEqualTo(404);
        assertThat(world.put(world.other, subs + "/" + sub.id(), Map.of()).status()).isEqualTo(404);
        assertThat(
                        world.api
                                .send("DELETE", subs + "/" + sub.id(), world.demo, null, Map.of())
                                .status())
                .isEqualTo(204);
        String own = "/sys/" + sub.productKey() + "/" + sub.deviceName() + "/thing/";
        String list = ",\"subList\":[" + json(sub) + "]}";
        assertThat(told(gateway))
                .containsExactly(
                        "thing/topo/add/notify [" + json(sub) + "]",
                        "thing/topo/change {\"status\":0" + list,
                        own + "disable",
                        "thing/topo/change {\"status\":8" + list,
                        own + "enable",
                        "thing/topo/change {\"status\":2" + list,
                        own + "delete",
                        "thing/topo/change {\"status\":1" + list);
        assertThat(behind(gateway)).isEmpty();
    }

    @Test
    void aGatewayIsAssignedWithItsSubDevicesAndAnotherOwnerDissolvesIt() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        assertThat(add(gateway, sub.proof())).isEqualTo(200);
        world.ask(DevicesApi.CHANGES, new ChangesSince("edge-2", 0, 500));
        var there = Map.of("gateway", "edge-2");
        assertThat(world.put(world.platform, "/devices/" + sub.id() + "/gateway", there).status())
                .isEqualTo(422);
        ok(world.put(world.platform, "/devices/" + gateway.id() + "/gateway", there));
        assertThat(grant(sub.id()).refusal()).isEqualTo("REMOVED");
        var moved = world.ask(DevicesApi.CHANGES, new ChangesSince("edge-2", 0, 500));
        assertThat(moved.devices())
                .filteredOn(d -> d.deviceId().equals(sub.id()))
                .extracting(DeviceGrant::parent)
                .containsExactly(gateway.id());
        var dealer = Map.of("tenant", "/DEMO/A001/");
        ok(world.post(world.demo, "/oms/device/update/" + sub.id(), dealer));
        assertThat(behind(gateway)).isEmpty();
    }

    @Test
    void noProductBecomesAnotherKindUnderATopology() {
        Triple gateway = devices(world.demo, "GATEWAY", 1).getFirst();
        Triple sub = devices(world.demo, "SUB", 1).getFirst();
        assertThat(add(gateway, sub.proof())).isEqualTo(200);
        long product =
                ok(world.api.get("/devices/" + sub.id(), world.demo)).path("product_id").asLong();
        assertThat(
                        world.put(
                                        world.demo,
                                        "/products/" + product + "/node-type",
                                        Map.of("node_type", "GATEWAY"))
                                .status())
                .isEqualTo(422);
    }

    /**
     * Many at once: no deadlock, one gateway each, and every edge knows what is true at the end.
     */
    @Test
    void gatewaysThatFightForSubDevicesLeaveATruthThatTheEdgeKnows() throws Exception {
        long seed = System.nanoTime();
        System.err.println("topology, seed " + seed);
        List<Triple> gateways = devices(world.demo, "GATEWAY", 3);
        List<Triple> subs = devices(world.demo, "SUB", 6);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> faults = new CopyOnWriteArrayList<>();
        for (int t = 0; t < 6; t++) {
            var random = new Random(seed + t);
            Triple gateway = gateways.get(t % 3);
            threads.add(
                    Thread.ofVirtual()
                            .uncaughtExceptionHandler((thread, e) -> faults.add(e))
                            .start(() -> fight(random, gateway, subs)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).isEmpty();
        List<String> all = new ArrayList<>();
        for (Triple gateway : gateways) {
            for (String name : behind(gateway)) {
                all.add(name);
                Triple sub =
                        subs.stream()
                                .filter(s -> s.deviceName().equals(name))
                                .findFirst()
                                .orElseThrow();
                assertThat(grant(sub.id()).parent()).isEqualTo(gateway.id());
            }
        }
        assertThat(all).doesNotHaveDuplicates();
    }

    private static void fight(Random random, Triple gateway, List<Triple> subs) {
        for (int i = 0; i < 12; i++) {
            int from = random.nextInt(subs.size());
            int to = from + 1 + random.nextInt(subs.size() - from);
            List<Triple> some = subs.subList(from, to);
            Answer answer =
                    random.nextInt(4) == 0
                            ? ask(
                                    gateway,
                                    "thing.topo.delete",
                                    some.stream().map(Triple::name).toList())
                            : ask(gateway, "thing.topo.add", proofs(some));
            assertThat(answer.code()).isEqualTo(200);
        }
    }
}
