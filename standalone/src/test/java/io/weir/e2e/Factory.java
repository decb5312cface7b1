package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes products and devices through the API, as a device maker does. */
final class Factory {
    private final Api vendor;

    Factory(Api vendor) {
        this.vendor = vendor;
    }

    /** A product with the thing model of a water cooler: no dispenser, nothing is metered. */
    Product cooler() {
        String key = "cooler" + Long.toString(System.nanoTime(), 36);
        String secret = "secretOf" + key;
        JsonNode made =
                vendor.post(
                                "/oms/product/add",
                                Map.of(
                                        "name", "cooler",
                                        "code", key,
                                        "thing_model", thingModel(),
                                        "product_key", key,
                                        "product_secret", secret))
                        .data();
        return new Product(made.get("id").asLong(), key, secret);
    }

    /** Devices in stock: they may connect. */
    List<Triple> devices(Product product, int amount) {
        Map<String, Object> order =
                Map.of(
                        "name",
                        "coolers",
                        "amount",
                        amount,
                        "product_id",
                        product.id(),
                        "batch_no",
                        "B" + System.nanoTime());
        String batch = vendor.post("/oms/produce/submit", order).data().get("id").asText();
        vendor.post("/oms/produce/confirm/" + batch, Map.of()).data();
        List<Triple> made = new ArrayList<>();
        vendor.post("/oms/produce/download/" + batch, Map.of())
                .data()
                .get("rows")
                .forEach(row -> made.add(Triple.of(row)));
        return made;
    }

    /**
     * A product whose devices carry others, or are carried.
     *
     * @param nodeType GATEWAY or SUB
     */
    Product cooler(String nodeType) {
        Product product = cooler();
        vendor.put("/products/" + product.id() + "/node-type", Map.of("node_type", nodeType))
                .data();
        return product;
    }

    /** As the platform knows it: a moment later than the device. */
    boolean online(Triple device) {
        return vendor.get("/devices/" + device.deviceId()).data().get("online").asBoolean();
    }

    private static JsonNode thingModel() {
        try (InputStream file = Factory.class.getResourceAsStream("cooler.tsl.json")) {
            return Json.tree(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Product(long id, String key, String secret) {}
}
