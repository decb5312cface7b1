package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.SECRET;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Lookup;
import io.weir.api.devices.DevicesApi.OutletFlow;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Products, batches and devices over the real API: OMS seed sections 2 and 3. */
class OmsTest {
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    @Tag("shows:O-033")
    @Tag("shows:O-031")
    @Tag("shows:O-030")
    @Tag("stores:updateProduct")
    @Tag("stores:getProduct")
    @Tag("stores:addProduct")
    void theSeedsSampleOfAProductIsAccepted() {
        Reply reply =
                world.api.post(
                        "/oms/product/add",
                        world.demo,
                        """
                        {"name": "门铃", "code": "4110025469", "thing_model": "{\\"events\\": [\\"switchon\\"]}",
                         "product_key": "c107ef2483d5211fe5f532afb5c764e6", "product_secret": "f8d70127a0934798f9be1d72b883d840"}
                        """,
                        Map.of());
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        long id = reply.data().path("id").asLong();
        assertThat(id).isGreaterThanOrEqualTo(10_000);
        JsonNode detail = ok(world.post(world.demo, "/oms/product/detail/" + id, Map.of()));
        assertThat(detail.toString()).doesNotContain(SECRET).doesNotContain("product_secret");
        assertThat(detail.at("/thing_model/events/0/identifier").asText()).isEqualTo("switchon");
        assertThat(detail.path("thing_model_version").asInt()).isEqualTo(1);
        assertThat(detail.path("status").asText()).isEqualTo("enable");

        JsonNode changed =
                ok(
                        world.post(
                                world.demo,
                                "/oms/product/update/" + id,
                                Map.of(
                                        "code", "21000",
                                        "status", "enable",
                                        "product_secret", "A5244111BCDEFGDA")));
        assertThat(changed.path("code").asText()).isEqualTo("21000");
        assertThat(changed.path("thing_model_version").asInt()).isEqualTo(1);
        JsonNode list = world.post(world.demo, "/oms/product/list", Map.of("page_size", 10)).json();
        assertThat(list.path("total").asInt()).isPositive();
    }

    @Test
    @Tag("shows:O-016")
    @Tag("stores:getBatch")
    @Tag("stores:confirmBatch")
    @Tag("stores:produceDevices")
    void aDevicePassesFromProductionToStockToTheGateway() {
        long product = world.addProduct(world.demo);
        long batch = world.submit(world.demo, product, 3);
        List<JsonNode> rows = world.rows(world.demo, batch);
        assertThat(rows).hasSize(3);
        assertThat(rows)
                .allSatisfy(
                        row -> {
                            assertThat(row.path("device_id").asText())
                                    .matches("DEMO[0-9A-Z]{12}")
                                    .isEqualTo(row.path("device_name").asText());
                            assertThat(row.path("device_secret").asText()).matches("[0-9a-f]{32}");
                        });
        String id = rows.getFirst().path("device_id").asText();
        String key = rows.getFirst().path("product_key").asText();

        assertThat(lookup(key, id).refusal()).isEqualTo("NOT_CONFIRMED");
        assertThat(world.api.get("/public/devices/" + id, null).status()).isEqualTo(404);
        assertThat(world.ask(DevicesApi.DISPENSER, new GetDispenser(id)).usable()).isFalse();
        long before = world.last();

        world.confirm(world.demo, batch);
        world.confirm(world.demo, batch);
        DeviceGrant grant = lookup(key, id);
        assertThat(grant.usable()).isTrue();
        assertThat(grant.deviceSecret()).isEqualTo(rows.getFirst().path("device_secret").asText());
        assertThat(world.changes(before).devices()).contains(grant);
        var dispenser = world.ask(DevicesApi.DISPENSER, new GetDispenser(id));
        assertThat(dispenser.usable()).isTrue();
        assertThat(dispenser.mode()).isEqualTo(MeasureMode.VOLUME);
        assertThat(dispenser.outlets())
                .isEqualTo(
                        Map.of(
                                Outlet.NORMAL, new OutletFlow(30, 0),
                                Outlet.HOT, new OutletFlow(20, 2200)));
        assertThat(world.ask(DevicesApi.PLACES, new GetPlaces(List.of(id, "nobody"))))
                .singleElement()
                .satisfies(
                        place -> {
                            assertThat(place.tenant()).isEqualTo("/DEMO/");
                            assertThat(place.gateway()).isEqualTo(DevicesWorld.EDGE);
                        });

        JsonNode scan = ok(world.api.get("/public/devices/" + id, null));
        assertThat(scan.at("/vendor/vid").asText()).isEqualTo("0000000000000001");
        assertThat(scan.at("/outlets/0/value").asInt()).isEqualTo(30);
        assertThat(scan.toString()).doesNotContain("tenant", "secret", "gateway", key);
        JsonNode detail = ok(world.post(world.demo, "/oms/produce/detail/" + batch, Map.of()));
        assertThat(detail.path("confirmed").asBoolean()).isTrue();
        assertThat(detail.path("activated").asInt()).isZero();
    }

    @Test
    void theFileForTheFactoryIsCsvAndItsFetchIsAudited() {
        long batch = world.submit(world.demo, world.addProduct(world.demo), 2);
        JsonNode file = ok(world.post(world.demo, "/oms/produce/download/" + batch, Map.of()));
        String[] lines = file.path("csv").asText().split("\r\n", -1);
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).isEqualTo("product_key,device_name,device_secret");
        JsonNode row = file.path("rows").get(0);
        assertThat(lines[1])
                .isEqualTo(
                        row.path("product_key").asText()
                                + ","
                                + row.path("device_name").asText()
                                + ","
                                + row.path("device_secret").asText());
        long audited =
                world.api.tx.run(
                        Scope.tenant("/DEMO/"),
                        c ->
                                c.query(
                                                "SELECT count(*) AS n FROM audit.entry WHERE action"
                                                        + " = 'devices.batch.download' AND target ="
                                                        + " 'batch:"
                                                        + batch
                                                        + "'")
                                        .execute()
                                        .await()
                                        .iterator()
                                        .next()
                                        .getLong("n"));
        assertThat(audited).isEqualTo(1);
    }

    @Test
    void serialsOfTheMakerAreUniqueAcrossVendors() {
        long mine = world.addProduct(world.demo);
        long theirs = world.addProduct(world.other);
        var body = new HashMap<String, Object>();
        body.putAll(Map.of("name", "n", "amount", 2, "product_id", mine, "batch_no", "S1"));
        body.put("serials", List.of("SERIAL-0001", "SERIAL-0002"));
        ok(world.post(world.demo, "/oms/produce/submit", body));

        body.put("product_id", Long.toString(theirs));
        body.put("serials", List.of("SERIAL-0003", "SERIAL-0002"));
        Reply second = world.post(world.other, "/oms/produce/submit", body);
        assertThat(second.status()).isEqualTo(422);
        assertThat(second.fields()).containsExactly("serials[1]");
        body.put("serials", List.of("SERIAL-0003", "SERIAL-0004"));
        ok(world.post(world.other, "/oms/produce/submit", body));
        Reply again = world.post(world.other, "/oms/produce/submit", body);
        assertThat(again.fields()).containsExactly("batch_no");
    }

    @Test
    @Tag("refuses:removeBatch")
    @Tag("stores:removeBatch")
    void aBatchIsRemovedOnlyBeforeItIsInStock() {
        long batch = world.submit(world.demo, world.addProduct(world.demo), 1);
        ok(world.post(world.demo, "/oms/produce/update/" + batch, Map.of("remark", "对接坪山公司, 哈哈")));
        long gone = world.submit(world.demo, world.addProduct(world.demo), 1);
        ok(world.post(world.demo, "/oms/produce/remove/" + gone, Map.of()));
        assertThat(world.post(world.demo, "/oms/produce/detail/" + gone, Map.of()).status())
                .isEqualTo(404);
        world.confirm(world.demo, batch);
        Reply no = world.post(world.demo, "/oms/produce/remove/" + batch, Map.of());
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.code()).isEqualTo("BATCH_CONFIRMED");
    }

    @Test
    void aDisabledDeviceAndTheDevicesOfADisabledProductAreRefusedUntilEnabledAgain() {
        long product = world.addProduct(world.demo);
        long batch = world.submit(world.demo, product, 2);
        world.confirm(world.demo, batch);
        List<JsonNode> rows = world.rows(world.demo, batch);
        String id = rows.get(0).path("device_id").asText();
        String sibling = rows.get(1).path("device_id").asText();
        String key = rows.get(0).path("product_key").asText();

        long since = world.last();
        JsonNode off = ok(world.put(world.demo, "/devices/" + id + "/state", Map.of("state", 0)));
        assertThat(off.path("status").asText()).isEqualTo("disabled");
        assertThat(off.path("state").asInt()).isZero();
        var changed = world.changes(since);
        assertThat(changed.devices()).extracting(DeviceGrant::refusal).containsExactly("DISABLED");
        ok(world.put(world.demo, "/devices/" + id + "/state", Map.of("state", 2)));

        since = world.last();
        ok(world.post(world.demo, "/oms/product/update/" + product, Map.of("status", "disable")));
        changed = world.changes(since);
        assertThat(changed.devices())
                .extracting(DeviceGrant::deviceId)
                .containsExactlyInAnyOrder(id, sibling);
        assertThat(changed.devices())
                .extracting(DeviceGrant::refusal)
                .containsOnly("PRODUCT_DISABLED");
        assertThat(changed.products()).singleElement().matches(p -> !p.enabled());
        assertThat(lookup(key, id).usable()).isFalse();
        assertThat(world.api.get("/public/devices/" + id, null).data().path("usable").asBoolean())
                .isFalse();
        ok(world.post(world.demo, "/oms/product/update/" + product, Map.of("status", "enable")));
        assertThat(world.changes(changed.version()).devices()).allMatch(DeviceGrant::usable);
    }

    @Test
    @Tag("refuses:produceDevices")
    @Tag("refuses:omsUpdateDevice")
    @Tag("refuses:omsGetDevice")
    @Tag("refuses:updateProduct")
    @Tag("refuses:getProduct")
    @Tag("refuses:removeBatch")
    @Tag("refuses:listBatchDevices")
    @Tag("refuses:downloadBatch")
    @Tag("refuses:confirmBatch")
    @Tag("refuses:getBatch")
    void aVendorSeesNothingOfAnotherVendor() {
        long product = world.addProduct(world.demo);
        long batch = world.submit(world.demo, product, 1);
        world.confirm(world.demo, batch);
        String id = world.rows(world.demo, batch).getFirst().path("device_id").asText();
        String agent = world.api.token(Role.AGENT, "/DEMO/A001/");
        for (String path :
                List.of(
                        "/oms/produce/detail/" + batch,
                        "/oms/produce/confirm/" + batch,
                        "/oms/produce/download/" + batch,
                        "/oms/produce/device/" + batch,
                        "/oms/produce/remove/" + batch,
                        "/oms/product/detail/" + product,
                        "/oms/product/update/" + product,
                        "/oms/device/detail/" + id,
                        "/oms/device/update/" + id)) {
            assertThat(world.post(world.other, path, Map.of()).status()).as(path).isEqualTo(404);
        }
        assertThat(world.put(world.other, "/devices/" + id + "/state", Map.of("state", 0)).status())
                .isEqualTo(404);
        assertThat(world.post(agent, "/oms/device/detail/" + id, Map.of()).status()).isEqualTo(404);
        Reply submit =
                world.post(
                        world.other,
                        "/oms/produce/submit",
                        Map.of("name", "n", "amount", 1, "product_id", product, "batch_no", "F1"));
        assertThat(submit.fields()).containsExactly("product_id");
        assertThat(world.api.get("/devices?product_id=" + product, world.other).json().toString())
                .doesNotContain(id);
        assertThat(
                        world.api
                                .get("/devices?product_id=" + product, world.platform)
                                .json()
                                .toString())
                .contains(id);
        // The second lock: without any WHERE, the scope alone decides.
        for (String table : List.of("product", "batch", "device", "change")) {
            assertThat(count(Scope.tenant("/DEMO/"), table)).as(table).isPositive();
            assertThat(count(Scope.tenant("/NONE/"), table)).as(table).isZero();
        }
    }

    @Test
    @Tag("shows:O-020")
    @Tag("refuses:omsUpdateDevice")
    @Tag("stores:omsGetDevice")
    @Tag("stores:omsUpdateDevice")
    void aDeviceGivenToAnAgentIsSeenByTheAgentWithItsProduct() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        JsonNode given =
                ok(
                        world.post(
                                world.demo,
                                "/oms/device/update/" + id,
                                Map.of("name", "我的小可爱", "tenant", "/DEMO/A001/")));
        assertThat(given.path("name").asText()).isEqualTo("我的小可爱");
        String agent = world.api.token(Role.AGENT, "/DEMO/A001/");
        JsonNode seen = ok(world.post(agent, "/oms/device/detail/" + id, Map.of()));
        assertThat(seen.path("product_name").asText()).isEqualTo("dispenser");
        assertThat(seen.path("tenant").asText()).isEqualTo("/DEMO/A001/");
        assertThat(
                        world.api
                                .get("/devices/" + id, world.api.token(Role.AGENT, "/DEMO/A002/"))
                                .status())
                .isEqualTo(404);
        for (String tenant : List.of("/OTHR/A001/", "/DEMO/A009/", "/")) {
            Reply no = world.post(world.demo, "/oms/device/update/" + id, Map.of("tenant", tenant));
            assertThat(no.status()).as(tenant).isEqualTo(422);
            assertThat(no.fields()).containsExactly("tenant");
        }
    }

    @Test
    void aMemberSeesTheReducedDevice() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        JsonNode seen = ok(world.api.get("/devices/" + id, world.api.token(Role.MEMBER, "/DEMO/")));
        assertThat(seen.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("device_id", "name", "status", "online", "outlets");
        assertThat(seen.path("status").asText()).isEqualTo("offline");
        assertThat(world.api.get("/devices/" + id, world.api.token(Role.MEMBER, "/OTHR/")).status())
                .isEqualTo(404);
    }

    @Test
    @Tag("shows:A-022")
    @Tag("shows:O-008")
    @Tag("stores:listBatchDevices")
    void listsTellTheWholeCountAlsoBeyondTheEnd() {
        String dealer = world.api.token(Role.VENDOR, "/LIST/");
        long product = world.addProduct(dealer);
        long batch = world.submit(dealer, product, 5);
        for (Map<String, Integer> page :
                List.of(
                        Map.of("page", 2, "page_size", 2),
                        Map.of("limit", 2, "offset", 2),
                        Map.of("page", 100_000, "page_size", 200))) {
            JsonNode reply = world.post(dealer, "/oms/produce/device/" + batch, page).json();
            assertThat(reply.path("total").asInt()).isEqualTo(5);
            assertThat(reply.path("data").size()).isEqualTo(page.containsValue(2) ? 2 : 0);
        }
        assertThat(world.api.get("/devices?state=1&sort=name&order=asc", dealer).data()).hasSize(5);
        assertThat(world.api.get("/devices?state=2", dealer).data()).isEmpty();
        assertThat(world.api.get("/devices?online=true", dealer).data()).isEmpty();
        assertThat(
                        world.post(dealer, "/oms/device/list", Map.of("product_id", product))
                                .json()
                                .path("total")
                                .asInt())
                .isEqualTo(5);
        assertThat(world.post(dealer, "/oms/produce/list", Map.of("batch_no", "none")).data())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "thing_model|no json|thing_model",
                "thing_model|{\"events\":[7]}|thing_model.events[0]",
                "thing_model|{\"properties\":[{\"identifier\":\"x\",\"accessMode\":\"r\",\"dataType\":{\"type\":\"lint\"}}]}|thing_model.properties[0].dataType.type",
                "product_key|a|product_key",
                "product_key|a b c d|product_key",
                "product_key|../../x|product_key",
                "product_secret|short|product_secret",
                "name||name",
                "tenant|/OTHR/|tenant",
                "tenant|DEMO|tenant",
                "colour|blue|colour"
            })
    void aWrongFieldOfAProductIsNamed(String field, String value, String at) {
        var body = world.product(world.newKey());
        body.remove("flowmeter");
        body.put(field, value == null ? "" : value);
        Reply no = world.post(world.demo, "/oms/product/add", body);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).as(no.json().toString()).contains(at);
    }

    @Test
    void modelControlledListAndFlowMeterMustFitTogether() {
        var body = world.product(world.newKey());
        body.put("controlled", List.of("valve", "nothing"));
        assertThat(world.post(world.demo, "/oms/product/add", body).fields())
                .containsExactly("controlled[1]");
        body.remove("controlled");
        body.put("flowmeter", DevicesWorld.flowmeter(2));
        assertThat(world.post(world.demo, "/oms/product/add", body).fields())
                .containsExactly("flowmeter.config[0].ml_per_1000_pulses");
        body.put("thing_model", "{\"events\":[\"switchon\"]}");
        assertThat(world.post(world.demo, "/oms/product/add", body).fields())
                .contains("flowmeter.measure_mode", "flowmeter");
        String key = world.newKey();
        ok(world.post(world.demo, "/oms/product/add", world.product(key)));
        assertThat(world.post(world.other, "/oms/product/add", world.product(key)).fields())
                .containsExactly("product_key");
    }

    @ParameterizedTest
    @CsvSource({
        "amount,0",
        "amount,-1",
        "amount,10001",
        "amount,1.5",
        "amount,x",
        "product_id,9",
        "product_id,x"
    })
    void aWrongFieldOfABatchIsNamed(String field, String value) {
        var body = new HashMap<String, Object>();
        body.putAll(
                Map.of(
                        "name",
                        "n",
                        "amount",
                        1,
                        "product_id",
                        world.addProduct(world.demo),
                        "batch_no",
                        "W" + value));
        body.put(field, value.matches("-?[0-9.]+") ? new java.math.BigDecimal(value) : value);
        Reply no = world.post(world.demo, "/oms/produce/submit", body);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).contains(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE devices.device; --",
                "\" OR 1=1",
                "%_\\",
                "1' || pg_sleep(9) || '",
                "💧\u202E"
            })
    void sqlInAStringIsJustAString(String evil) {
        long product = world.addProduct(world.demo);
        var body =
                Map.of(
                        "name",
                        evil,
                        "amount",
                        1,
                        "product_id",
                        product,
                        "batch_no",
                        evil,
                        "remark",
                        evil);
        JsonNode batch = ok(world.post(world.demo, "/oms/produce/submit", body));
        assertThat(batch.path("name").asText()).isEqualTo(evil);
        assertThat(batch.path("remark").asText()).isEqualTo(evil);
        assertThat(world.post(world.demo, "/oms/produce/list", Map.of("name", evil)).data())
                .hasSize(1);
        assertThat(world.post(world.demo, "/oms/produce/list", Map.of("batch_no", evil)).data())
                .hasSize(1);
        assertThat(
                        world.post(
                                        world.demo,
                                        "/oms/device/list",
                                        Map.of("product_id", product, "name", evil))
                                .data())
                .isEmpty();
    }

    private static DeviceGrant lookup(String productKey, String deviceName) {
        return world.ask(DevicesApi.LOOKUP, new Lookup(DevicesWorld.EDGE, productKey, deviceName))
                .devices()
                .getFirst();
    }

    @Test
    void aGatewayIsToldNothingOfDevicesThatArentItsOwn() {
        JsonNode row = world.devices(world.demo, 1).getFirst();
        var lookup =
                new Lookup(
                        "edge-9",
                        row.path("product_key").asText(),
                        row.path("device_name").asText());
        Assertions.assertThatThrownBy(() -> world.ask(DevicesApi.LOOKUP, lookup))
                .isInstanceOf(Rejected.class)
                .matches(e -> ((Rejected) e).status() == 404);
    }

    private static long count(Scope scope, String table) {
        return new Tx(world.api.db)
                .run(
                        scope,
                        c ->
                                c.query("SELECT count(*) AS n FROM devices." + table)
                                        .execute()
                                        .await()
                                        .iterator()
                                        .next()
                                        .getLong("n"));
    }
}
