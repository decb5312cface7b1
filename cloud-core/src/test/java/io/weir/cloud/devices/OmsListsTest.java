package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What OMS lists, by which filters, and the conventions of its paths (O-001, O-008, O-009). */
class OmsListsTest {
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static List<String> ids(String path, Map<String, ?> body, String name) {
        return ok(world.post(world.demo, path, body)).findValuesAsText(name);
    }

    @Test
    @Tag("stores:listBatches")
    @Tag("refuses:listBatches")
    @Tag("stores:updateBatch")
    @Tag("refuses:updateBatch")
    @Tag("shows:O-011")
    @Tag("shows:O-012")
    @Tag("shows:O-013")
    void batchesAreFoundByNameNumberAndProductAndRemarkedAlways() {
        long product = world.addProduct(world.demo);
        Map<String, Object> order = new HashMap<>();
        order.put("name", "Winter run");
        order.put("amount", 2);
        order.put("product_id", product);
        order.put("batch_no", "WINTER-1");
        String id = ok(world.post(world.demo, "/oms/produce/submit", order)).path("id").asText();
        world.submit(world.demo, product, 1);
        assertThat(ids("/oms/produce/list", Map.of("name", "winter"), "id")).containsExactly(id);
        assertThat(ids("/oms/produce/list", Map.of("batch_no", "WINTER-1"), "id"))
                .containsExactly(id);
        assertThat(ids("/oms/produce/list", Map.of("product_id", product), "id")).hasSize(2);
        assertThat(world.post(world.demo, "/oms/produce/submit", order).fields())
                .as("a number is good once")
                .containsExactly("batch_no");
        String remark = "/oms/produce/update/" + id;
        ok(world.post(world.demo, remark, Map.of("remark", "before")));
        world.confirm(world.demo, Long.parseLong(id));
        ok(world.post(world.demo, remark, Map.of("remark", "after")));
        JsonNode detail = ok(world.post(world.demo, "/oms/produce/detail/" + id, Map.of()));
        assertThat(detail.path("remark").asText()).isEqualTo("after");
        assertThat(world.post(world.other, remark, Map.of("remark", "x")).code())
                .isEqualTo("NOT_FOUND");
        Reply list = world.post(world.other, "/oms/produce/list", Map.of("name", "winter"));
        assertThat(list.json().path("total").asInt()).isZero();
        assertThat(world.post(world.demo, "/oms/produce/list", Map.of("page_size", 201)).fields())
                .containsExactly("page_size");
    }

    @Test
    @Tag("stores:omsListDevices")
    @Tag("refuses:omsListDevices")
    @Tag("shows:O-008")
    @Tag("shows:O-009")
    @Tag("shows:O-019")
    void devicesAreFoundByProductAndItsNumberIsTheSameInBothInterfaces() {
        long product = world.addProduct(world.demo);
        long batch = world.submit(world.demo, product, 3);
        world.confirm(world.demo, batch);
        Map<String, Object> second = Map.of("product_id", product, "page", 2, "page_size", 2);
        Reply page = world.post(world.demo, "/oms/device/list", second);
        assertThat(page.json().path("total").asInt()).isEqualTo(3);
        assertThat(page.data()).hasSize(1);
        Map<String, Object> offset = Map.of("product_id", product, "limit", 2, "offset", 2);
        assertThat(world.post(world.demo, "/oms/device/list", offset).data())
                .isEqualTo(page.data());
        String id = page.data().get(0).path("device_id").asText();
        assertThat(
                        world.api
                                .get("/devices?product_id=" + product, world.demo)
                                .data()
                                .findValuesAsText("device_id"))
                .hasSize(3)
                .contains(id);
        assertThat(ok(world.api.get("/devices/" + id, world.demo)).path("produce_id").asLong())
                .isEqualTo(batch);
        assertThat(world.post(world.other, "/oms/device/list", second).data()).isEmpty();
        assertThat(world.post(world.demo, "/oms/device/list", Map.of("page", 0)).fields())
                .containsExactly("page");
    }

    @Test
    @Tag("stores:listProducts")
    @Tag("refuses:listProducts")
    @Tag("shows:O-029")
    @Tag("shows:O-032")
    void productsAreFoundByNameCodeAndStatus() {
        Map<String, Object> body = world.product(world.newKey());
        body.put("name", "Fountain");
        body.put("code", "F-77");
        String id = ok(world.post(world.demo, "/oms/product/add", body)).path("id").asText();
        for (Map<String, String> filter :
                List.of(Map.of("name", "fount"), Map.of("code", "F-77"))) {
            assertThat(ids("/oms/product/list", filter, "id")).containsExactly(id);
        }
        ok(world.post(world.demo, "/oms/product/update/" + id, Map.of("status", "disable")));
        assertThat(ids("/oms/product/list", Map.of("code", "F-77", "status", "enable"), "id"))
                .isEmpty();
        assertThat(world.post(world.other, "/oms/product/list", Map.of("code", "F-77")).data())
                .isEmpty();
        assertThat(world.post(world.demo, "/oms/product/list", Map.of("status", "lost")).fields())
                .containsExactly("status");
        assertThat(world.post(world.other, "/oms/product/detail/" + id, Map.of()).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("shows:O-001")
    @Tag("shows:O-002")
    void omsIsAskedByPostWithItsTokenInEitherHeader() {
        Reply get = world.api.get("/oms/product/list", world.demo);
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.code()).isEqualTo("METHOD_NOT_ALLOWED");
        assertThat(get.json().path("status").asBoolean()).isFalse();
        Map<String, String> token = Map.of("Token", world.demo, "Content-Type", "application/json");
        assertThat(world.api.send("POST", "/oms/product/list", null, "{}", token).status())
                .isEqualTo(200);
        assertThat(world.post(world.demo, "/oms/product/list", Map.of()).status()).isEqualTo(200);
        assertThat(world.post(null, "/oms/product/list", Map.of()).status()).isEqualTo(401);
    }
}
