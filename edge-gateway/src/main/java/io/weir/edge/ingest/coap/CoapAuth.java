package io.weir.edge.ingest.coap;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.registry.Device;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The body of {@code POST /auth}, as over HTTP (facts: alink.md section 3): all fields but version,
 * resources, sign and signmethod are signed.
 *
 * @param content what was signed
 */
record CoapAuth(
        String productKey, String deviceName, AlinkSign method, String content, String sign) {
    private static final Set<String> UNSIGNED =
            Set.of("version", "resources", "sign", "signmethod", "signMethod");
    private static final int FIELDS = 12;

    /** Null when it is malformed. */
    static @Nullable CoapAuth read(byte[] body) {
        JsonNode root;
        try {
            root = Json.tree(body);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (!root.isObject() || root.size() > FIELDS) {
            return null;
        }
        Map<String, String> signed = new TreeMap<>();
        for (var field : root.properties()) {
            if (!field.getValue().isValueNode()) {
                return null;
            }
            if (!UNSIGNED.contains(field.getKey())) {
                signed.put(field.getKey(), field.getValue().asText());
            }
        }
        String productKey = signed.getOrDefault("productKey", "");
        String deviceName = signed.getOrDefault("deviceName", "");
        String named = root.path(root.has("signmethod") ? "signmethod" : "signMethod").asText("");
        AlinkSign method = AlinkSign.of(named);
        if (productKey.isEmpty()
                || deviceName.isEmpty()
                || !signed.containsKey("clientId")
                || method == null) {
            return null;
        }
        return new CoapAuth(
                productKey,
                deviceName,
                method,
                AlinkSign.content(signed),
                root.path("sign").asText(""));
    }

    boolean provenFor(Device device) {
        return method.matches(device.secret(), content, sign);
    }
}
