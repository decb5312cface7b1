package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Map;

/** What a factory burns into a device, and its number. */
record Triple(String deviceId, String productKey, String deviceName, String secret) {
    /** A row of a produced batch, a device of {@code demo.json}. */
    static Triple of(JsonNode row) {
        return new Triple(
                row.get("device_id").asText(),
                row.get("product_key").asText(),
                row.get("device_name").asText(),
                row.get("device_secret").asText());
    }

    /** As the npm SDKs take it. */
    Map<String, Object> config() {
        return Map.of("productKey", productKey, "deviceName", deviceName, "deviceSecret", secret);
    }

    /** Without the secret. */
    Map<String, Object> name() {
        return Map.of("productKey", productKey, "deviceName", deviceName);
    }

    DeviceLogin login() {
        return DeviceLogin.of(productKey, deviceName, secret);
    }

    /** {@code thing/event/property/post} and the like, under the device's own root. */
    String topic(String what) {
        return "/sys/" + productKey + "/" + deviceName + "/" + what;
    }
}
