package io.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The body of {@code POST /auth} (facts: alink.md section 3). Pure. */
final class AuthFlow {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int FIELDS_MAX = 16;
    private static final int VALUE_MAX = 256;
    private static final int CLIENT_ID_MAX = 64;
    private static final Set<String> UNSIGNED = Set.of("version", "sign", "signmethod");

    private AuthFlow() {}

    /**
     * A login that is well formed; who it is of is still to be shown.
     *
     * @param content what was signed
     */
    record Login(
            String productKey, String deviceName, AlinkSign method, String content, String sign) {
        boolean by(String secret) {
            return method.matches(secret, content, sign);
        }
    }

    /**
     * Null when something is missing, of another form, or signed more than 15 min from {@code now}.
     */
    static @Nullable Login read(byte[] body, Instant now) {
        Map<String, String> fields = fields(body);
        if (fields == null) {
            return null;
        }
        AlinkSign method = AlinkSign.of(fields.get("signmethod"));
        String product = fields.getOrDefault("productKey", "");
        String device = fields.getOrDefault("deviceName", "");
        String sign = fields.getOrDefault("sign", "");
        String client = fields.get("clientId");
        boolean whole = !product.isEmpty() && !device.isEmpty() && !sign.isEmpty();
        if (!whole
                || method == null
                || client == null
                || client.length() > CLIENT_ID_MAX
                || !recent(fields.get("timestamp"), now)) {
            return null;
        }
        Map<String, String> signed = new TreeMap<>(fields);
        signed.keySet().removeAll(UNSIGNED);
        return new Login(product, device, method, AlinkSign.content(signed), sign);
    }

    private static @Nullable Map<String, String> fields(byte[] body) {
        JsonNode json;
        try {
            json = Json.tree(body);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (!json.isObject() || json.size() > FIELDS_MAX) {
            return null;
        }
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String value = field.getValue().asText();
            if (!field.getValue().isValueNode() || value.length() > VALUE_MAX) {
                return null;
            }
            fields.put(field.getKey(), value);
        }
        return fields;
    }

    private static boolean recent(@Nullable String timestamp, Instant now) {
        if (timestamp == null || timestamp.isEmpty()) {
            return true;
        }
        if (!timestamp.matches("[0-9]{1,15}")) {
            return false;
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(timestamp));
        return Duration.between(at, now).abs().compareTo(WINDOW) <= 0;
    }
}
