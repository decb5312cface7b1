package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * More dispensers of the demo's first product, produced over the OMS interface as a vendor does.
 */
final class KillFleet {
    private final Platform platform;

    KillFleet(Platform platform) {
        this.platform = platform;
    }

    /** Their triples; they have the demo's price and may connect. */
    List<JsonNode> make(int many) {
        Api vendor = platform.vendor();
        JsonNode product =
                vendor.post("/oms/product/list", Map.of("code", "demo-dispenser-0")).data().get(0);
        JsonNode batch =
                vendor.post(
                                "/oms/produce/submit",
                                Map.of(
                                        "name",
                                        "fleet",
                                        "amount",
                                        many,
                                        "product_id",
                                        product.get("id"),
                                        "batch_no",
                                        "FLEET-1",
                                        "tenant",
                                        "/DEMO/A001/D001/"))
                        .data();
        vendor.post("/oms/produce/confirm/" + batch.get("id"), Map.of()).data();
        JsonNode file = vendor.post("/oms/produce/download/" + batch.get("id"), Map.of()).data();
        List<JsonNode> made = new ArrayList<>();
        file.get("rows").forEach(made::add);
        JsonNode tariff = vendor.get("/devices/" + platform.deviceId(0) + "/tariff").data();
        vendor.put(
                        "/devices/" + made.getFirst().get("device_id").asText() + "/tariff",
                        Map.of("applies_to", "PRODUCT", "prices", tariff.get("prices")))
                .data();
        return made;
    }
}
