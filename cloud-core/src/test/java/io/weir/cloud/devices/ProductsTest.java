package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** Versions of thing models, and the end of products (OMS 3.3 to 3.5). */
class ProductsTest {
    private static final String NARROWER =
            DevicesWorld.MODEL
                    .replace("\"max\":\"10\"", "\"max\":\"5\"")
                    .replace("\"blink\"", "\"flash\"");
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static Reply change(long product, Map<String, Object> body) {
        return world.post(world.demo, "/oms/product/update/" + product, body);
    }

    private static Reply remove(String token, long product) {
        return world.post(token, "/oms/product/remove/" + product, Map.of());
    }

    private static JsonNode models(long product) {
        return ok(world.post(world.demo, "/oms/product/models/" + product, Map.of()));
    }

    @Test
    @Tag("stores:updateProduct")
    @Tag("refuses:updateProduct")
    @Tag("stores:listProductModels")
    @Tag("refuses:listProductModels")
    void whatDevicesKnowIsBrokenByForceOnlyAndEveryVersionIsKept() {
        long product = world.addProduct(world.demo);
        ok(change(product, Map.of("thing_model", NARROWER)));
        assertThat(models(product)).as("without devices nobody is broken").hasSize(2);
        ok(change(product, Map.of("thing_model", DevicesWorld.MODEL)));
        world.submit(world.demo, product, 1);
        Reply refused = change(product, Map.of("thing_model", NARROWER));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("MODEL_BREAKS");
        assertThat(refused.fields())
                .containsExactly(
                        "thing_model.properties.brightness.dataType", "thing_model.services.blink");
        assertThat(models(product)).hasSize(3);
        JsonNode forced = ok(change(product, Map.of("thing_model", NARROWER, "force", true)));
        assertThat(forced.path("thing_model_version").asInt()).isEqualTo(4);
        ok(change(product, Map.of("name", "better")));
        JsonNode all = models(product);
        assertThat(all.findValuesAsText("version")).startsWith("4", "3", "2", "1");
        assertThat(all.get(0).path("thing_model").toString()).contains("flash");
        assertThat(all.get(1).path("thing_model").toString()).contains("blink");
        Reply second =
                world.post(
                        world.demo,
                        "/oms/product/models/" + product,
                        Map.of("page", 2, "page_size", 3));
        assertThat(second.data()).hasSize(1);
        assertThat(world.post(world.other, "/oms/product/models/" + product, Map.of()).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("refuses:addProduct")
    void everyFaultOfAModelIsLocated() {
        Map<String, Object> body = world.product(world.newKey());
        body.put(
                "thing_model",
                """
                {"properties":[{"identifier":"_x","accessMode":"w","dataType":{"type":"int"}},
                               {"identifier":"ok","accessMode":"r","dataType":{"type":"colour"}}],
                 "events":["set"],"services":[{"identifier":"go","callType":"later"}]}
                """);
        body.remove("flowmeter");
        Reply refused = world.post(world.demo, "/oms/product/add", body);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.fields())
                .containsExactlyInAnyOrder(
                        "thing_model.properties[0].identifier",
                        "thing_model.properties[0].accessMode",
                        "thing_model.properties[1].dataType.type",
                        "thing_model.events[0]",
                        "thing_model.services[0].callType");
    }

    @Test
    @Tag("stores:removeProduct")
    @Tag("refuses:removeProduct")
    @Tag("shows:O-034")
    void aProductGoesWithItsLastDeviceAndItsKeyNeverComesBack() {
        long product = world.addProduct(world.demo);
        long batch = world.submit(world.demo, product, 1);
        assertThat(remove(world.demo, product).code()).isEqualTo("PRODUCT_IN_USE");
        ok(world.post(world.demo, "/oms/produce/remove/" + batch, Map.of()));
        assertThat(remove(world.other, product).code()).isEqualTo("NOT_FOUND");
        assertThat(remove(world.demo, product).status()).isEqualTo(201);
        String detail = "/oms/product/detail/" + product;
        assertThat(world.post(world.demo, detail, Map.of()).code()).isEqualTo("GONE");
        assertThat(remove(world.demo, product).code()).isEqualTo("GONE");
        List<String> listed =
                ok(world.post(world.demo, "/oms/product/list", Map.of("page_size", 200)))
                        .findValuesAsText("id");
        assertThat(listed).doesNotContain(String.valueOf(product));
        Reply submitted =
                world.post(
                        world.demo,
                        "/oms/produce/submit",
                        Map.of("name", "x", "amount", 1, "product_id", product, "batch_no", "BX1"));
        assertThat(submitted.fields()).containsExactly("product_id");
        Map<String, Object> again = world.product("pkgone0001");
        long other = ok(world.post(world.demo, "/oms/product/add", again)).path("id").asLong();
        assertThat(remove(world.demo, other).status()).isEqualTo(201);
        assertThat(world.post(world.demo, "/oms/product/add", again).fields())
                .containsExactly("product_key");
    }
}
