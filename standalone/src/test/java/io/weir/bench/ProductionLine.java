package io.weir.bench;

import io.weir.e2e.Api;

import java.time.Duration;
import java.util.Map;

/** A batch of 100,000 devices: until all have credentials, and until all are in stock. */
final class ProductionLine implements Line {
    private static final int DEVICES = 100_000;
    private static final double GOAL_SECONDS = 60;

    @Override
    public String name() {
        return "production";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(15);
    }

    @Override
    public void measure(Rig rig, Report report) {
        Api vendor = rig.platform().vendor();
        var products = vendor.post("/oms/product/list", Map.of("code", "demo-dispenser-0")).data();
        long from = System.nanoTime();
        String batch =
                vendor.post(
                                "/oms/produce/submit",
                                Map.of(
                                        "name",
                                        "bench",
                                        "amount",
                                        DEVICES,
                                        "product_id",
                                        products.get(0).get("id").asLong(),
                                        "batch_no",
                                        "P" + System.nanoTime()))
                        .data()
                        .get("id")
                        .asText();
        Population.await(vendor, batch, "READY");
        double made = (System.nanoTime() - from) / 1e9;
        long confirmed = System.nanoTime();
        vendor.post("/oms/produce/confirm/" + batch, Map.of()).data();
        Population.await(vendor, batch, "CONFIRMED");
        report.say("in stock after %.1f s more", (System.nanoTime() - confirmed) / 1e9);
        report.atMost(name(), "%,d devices produced".formatted(DEVICES), made, GOAL_SECONDS, "s");
    }
}
