package io.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.Api;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Devices produced by the vendor through the API, in stock, known to the edge. Each knows its
 * device id by {@link DeviceLogin#deviceName}: the two are the same for devices that Weir numbers.
 */
final class Population {
    private static final int BATCH = 2_000;
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(120);

    private final SplitPlatform platform;
    private final List<DeviceLogin> devices = new ArrayList<>();
    private final Map<String, String> secrets = new HashMap<>();

    Population(SplitPlatform platform) {
        this.platform = platform;
    }

    /** The first so many; makes what is missing. */
    List<DeviceLogin> first(int count) {
        while (devices.size() < count) {
            devices.addAll(produce(Math.min(BATCH, count - devices.size())));
            Wait.until(
                    "the edge knows " + devices.size() + " devices",
                    KNOWN_WITHIN,
                    () ->
                            Scrape.of(platform.edgeManagement()).sum("weir_registry_devices")
                                    >= devices.size());
        }
        return List.copyOf(devices.subList(0, count));
    }

    /** By the device's name, for those who sign in its name. */
    String secret(String deviceName) {
        return Objects.requireNonNull(secrets.get(deviceName), deviceName);
    }

    private List<DeviceLogin> produce(int amount) {
        Api vendor = platform.vendor();
        JsonNode products =
                vendor.post("/oms/product/list", Map.of("code", "demo-dispenser-0")).data();
        Map<String, Object> order =
                Map.of(
                        "name",
                        "bench",
                        "amount",
                        amount,
                        "product_id",
                        products.get(0).get("id").asLong(),
                        "batch_no",
                        "B" + System.nanoTime());
        String batch = vendor.post("/oms/produce/submit", order).data().get("id").asText();
        await(vendor, batch, "READY");
        vendor.post("/oms/produce/confirm/" + batch, Map.of()).data();
        await(vendor, batch, "CONFIRMED");
        List<DeviceLogin> made = new ArrayList<>();
        vendor.post("/oms/produce/download/" + batch, Map.of())
                .data()
                .get("rows")
                .forEach(
                        row -> {
                            DeviceLogin device = DeviceLogin.of(row);
                            secrets.put(device.deviceName(), row.get("device_secret").asText());
                            made.add(device);
                        });
        return made;
    }

    /** Large batches are made, and stocked, in the background. */
    static void await(Api vendor, String batch, String state) {
        Wait.until(
                "batch " + batch + " is " + state,
                Duration.ofMinutes(10),
                () ->
                        vendor.post("/oms/produce/detail/" + batch, Map.of())
                                .data()
                                .path("state")
                                .asText()
                                .equals(state));
    }
}
