package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.EDGE;
import static io.weir.cloud.devices.DevicesWorld.SECRET;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.ChangesSince;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Bootstrap;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.api.devices.RegistrationApi.Register;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.crypto.DeviceToken;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Dynamic registration and bootstrap on a real PostgreSQL. */
class RegistrationTest {
    private static DevicesWorld world;
    private String key;
    private long product;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @BeforeEach
    void aProduct() {
        key = world.newKey();
        product =
                ok(world.post(world.demo, "/oms/product/add", world.product(key)))
                        .path("id")
                        .asLong();
    }

    @Test
    void aDeviceGetsItsSecretUntilItConnectedOnce() {
        JsonNode device = device();
        allow("whitelist");

        Registered first = register(Form.SECRET, name(device), "r1");
        assertThat(first.code()).isEqualTo(200);
        assertThat(first.deviceSecret()).isEqualTo(device.path("device_secret").asText());
        assertThat(register(Form.SECRET, name(device), "r1")).isEqualTo(first);
        assertThat(register(Form.SECRET, name(device), "r2")).isEqualTo(first);
        assertThat(counted(name(device))).isEqualTo("3 1");

        // Another gateway's word activates nothing.
        world.ask(RegistrationApi.ACTIVATED, new Activated("edge-9", id(device)));
        assertThat(register(Form.SECRET, name(device), "r3")).isEqualTo(first);
        world.ask(RegistrationApi.ACTIVATED, new Activated(EDGE, id(device)));
        Registered replayed = register(Form.SECRET, name(device), "r1");
        assertThat(replayed.code()).isEqualTo(6289);
        assertThat(replayed.message()).isEqualTo("device is already active");
        assertThat(replayed.deviceSecret()).isNull();
    }

    @Test
    void whoCannotSignLearnsNothing() {
        JsonNode device = device();
        assertThat(register(Form.SECRET, name(device), "r").code()).isEqualTo(6288);
        allow("whitelist");
        for (String name : List.of(name(device), "nobody")) {
            Register asked = request(Form.SECRET, EDGE, name, "r", "00");
            assertThat(ask(asked).code()).isEqualTo(6287);
        }
        assertThat(register(Form.SECRET, "nobody", "r").code()).isEqualTo(6100);
        assertThat(register(Form.TOKEN, name(device), "r").code()).isEqualTo(6288);
        Register elsewhere =
                request(Form.SECRET, "edge-9", name(device), "r", sign(name(device), "r"));
        assertThat(ask(elsewhere).code()).isEqualTo(6100);
        ok(world.post(world.demo, "/oms/product/update/" + product, Map.of("require_tls", true)));
        assertThat(register(Form.SECRET, name(device), "r").code()).isEqualTo(403);
        ok(world.post(world.demo, "/oms/product/update/" + product, Map.of("require_tls", false)));
        ok(world.put(world.demo, "/devices/" + id(device) + "/state", Map.of("state", 0)));
        assertThat(register(Form.SECRET, name(device), "r").code()).isEqualTo(6204);
        ok(world.post(world.demo, "/oms/product/update/" + product, Map.of("status", "disable")));
        assertThat(register(Form.SECRET, name(device), "r").code()).isEqualTo(6250);
    }

    @Test
    void aDeviceThatNobodyMadeIsMadeAndGetsAToken() {
        allow("open");
        long since = world.last();
        Registered made = register(Form.TOKEN, "field-0001", "r1");
        assertThat(made.code()).isEqualTo(200);
        assertThat(made.clientId()).matches("[0-9a-f]{32}");
        assertThat(made.deviceToken()).matches("[0-9a-f]{64}");
        assertThat(register(Form.TOKEN, "field-0001", "r1")).isEqualTo(made);

        DeviceGrant grant =
                world.ask(DevicesApi.CHANGES, new ChangesSince(EDGE, since, 500)).devices().stream()
                        .filter(d -> d.deviceName().equals("field-0001"))
                        .findFirst()
                        .orElseThrow();
        assertThat(grant.usable()).isTrue();
        assertThat(grant.deviceId()).startsWith("DEMO").isNotEqualTo("field-0001");
        assertThat(grant.tokenHash())
                .isEqualTo(DeviceToken.hash(made.clientId(), made.deviceToken()));

        world.ask(RegistrationApi.ACTIVATED, new Activated(EDGE, grant.deviceId()));
        assertThat(register(Form.TOKEN, "field-0001", "r1").code()).isEqualTo(6289);
        assertThat(register(Form.TOKEN, "a/b#+", "r1").code()).isEqualTo(6280);
    }

    @Test
    void aLeakedProductSecretMakesNoMoreDevicesThanTheLimit() {
        allow("open");
        for (int i = 0; i < world.config.maxRegistered(); i++) {
            assertThat(register(Form.TOKEN, "field-100" + i, "r").code()).isEqualTo(200);
        }
        assertThat(register(Form.TOKEN, "field-9999", "r").code()).isEqualTo(429);
        // Those that are there are still answered.
        assertThat(register(Form.TOKEN, "field-1000", "r").code()).isEqualTo(200);
    }

    @Test
    void ofManyAtOnceOneIsMadeAndAllHearTheSame() throws InterruptedException {
        allow("open");
        Set<Registered> answers = ConcurrentHashMap.newKeySet();
        List<Thread> askers =
                java.util.stream.IntStream.range(0, 8)
                        .mapToObj(i -> register(Form.TOKEN, i, answers))
                        .toList();
        for (Thread asker : askers) {
            asker.join();
        }
        assertThat(answers).singleElement().extracting(Registered::code).isEqualTo(200);
    }

    private Thread register(Form form, int i, Set<Registered> answers) {
        return Thread.ofVirtual()
                .start(() -> answers.add(register(form, "field-0007", "random" + i)));
    }

    @Test
    void bootstrapAnswersWithTheAssignedGatewaysAddressWhereverItIsAsked() {
        JsonNode device = device();
        assertThat(bootstrap(name(device)).code()).isEqualTo(503);
        world.ask(RegistrationApi.HELLO, new Hello(EDGE, "gw1.example", 1883));
        world.ask(RegistrationApi.HELLO, new Hello("edge-4", "10.0.0.4", 18830));
        assertThat(bootstrap(name(device)))
                .isEqualTo(new Endpoint(200, "success", "gw1.example", 1883));
        ok(
                world.put(
                        world.platform,
                        "/devices/" + id(device) + "/gateway",
                        Map.of("gateway", "edge-4")));
        assertThat(bootstrap(name(device)))
                .isEqualTo(new Endpoint(200, "success", "10.0.0.4", 18830));
        change("UPDATE devices.device SET gateway_id = NULL WHERE device_id = $1", id(device));
        assertThat(bootstrap(name(device)).host()).isEqualTo("gw1.example");
        assertThat(bootstrap("nobody")).isEqualTo(new Endpoint(6100, "no such device", null, 0));
        // The other tests find a gateway that has told nothing.
        change("UPDATE devices.gateway SET public_host = NULL WHERE gateway_id = $1", EDGE);
    }

    private JsonNode device() {
        long batch = world.submit(world.demo, product, 1);
        world.confirm(world.demo, batch);
        return world.rows(world.demo, batch).getFirst();
    }

    private void allow(String how) {
        JsonNode changed =
                ok(
                        world.post(
                                world.demo,
                                "/oms/product/update/" + product,
                                Map.of("registration", how)));
        assertThat(changed.path("registration").asText()).isEqualTo(how);
    }

    private Registered register(Form form, String name, String random) {
        return ask(request(form, EDGE, name, random, sign(name, random)));
    }

    private Register request(Form form, String gateway, String name, String random, String sign) {
        return new Register(
                gateway, form, key, name, random, sign, "hmacsha256", false, "192.0.2.7");
    }

    private String sign(String name, String random) {
        return AlinkSign.SHA256.sign(
                SECRET, "deviceName" + name + "productKey" + key + "random" + random);
    }

    private static Registered ask(Register asked) {
        return world.ask(RegistrationApi.REGISTER, asked);
    }

    private Endpoint bootstrap(String name) {
        return world.ask(RegistrationApi.BOOTSTRAP, new Bootstrap("edge-8", key, name));
    }

    private static String name(JsonNode device) {
        return device.path("device_name").asText();
    }

    private static String id(JsonNode device) {
        return device.path("device_id").asText();
    }

    private static void change(String sql, String id) {
        world.api.tx.system(c -> c.preparedQuery(sql).execute(Tuple.of(id)).await());
    }

    private static String counted(String id) {
        return world.api.tx.system(
                c -> {
                    Row row =
                            c.preparedQuery(
                                            "SELECT answers, replays FROM devices.registration"
                                                    + " WHERE device_id = $1")
                                    .execute(Tuple.of(id))
                                    .await()
                                    .iterator()
                                    .next();
                    return row.getLong("answers") + " " + row.getLong("replays");
                });
    }
}
