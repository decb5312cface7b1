package io.weir.runtime.crypto;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * That a gateway speaks for a sub-device: signed with the sub-device's own secret, when it is added
 * to a topology and when it logs in (facts: alink.md section 6). Keys are spelled as clients spell
 * them: {@code signmethod} and {@code signMethod}; a timestamp may be a number.
 *
 * @param method null when it is none of ours
 * @param content what was signed
 */
public record SubDeviceProof(
        String productKey,
        String deviceName,
        @Nullable AlinkSign method,
        String content,
        String sign) {
    private static final int TEXT_MAX = 256;

    /** Null when something that it needs is missing. */
    public static @Nullable SubDeviceProof read(JsonNode node, @Nullable String methodOfAll) {
        String productKey = text(node, "productKey");
        String deviceName = text(node, "deviceName");
        String clientId = text(node, "clientId");
        String sign = text(node, "sign");
        if (productKey.isEmpty() || deviceName.isEmpty() || sign.isEmpty()) {
            return null;
        }
        String named = text(node, "signMethod");
        named = named.isEmpty() ? text(node, "signmethod") : named;
        named = named.isEmpty() && methodOfAll != null ? methodOfAll : named;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("clientId", clientId);
        fields.put("deviceName", deviceName);
        fields.put("productKey", productKey);
        String timestamp = text(node, "timestamp");
        if (!timestamp.isEmpty()) {
            fields.put("timestamp", timestamp);
        }
        return new SubDeviceProof(
                productKey, deviceName, AlinkSign.of(named), AlinkSign.content(fields), sign);
    }

    /**
     * Every element of an array, each once.
     *
     * @param most elements
     * @return null when it is no such array, is empty, or too long
     */
    public static @Nullable List<SubDeviceProof> readAll(
            JsonNode array, @Nullable String methodOfAll, int most) {
        if (!array.isArray() || array.isEmpty() || array.size() > most) {
            return null;
        }
        Map<String, SubDeviceProof> proofs = new LinkedHashMap<>();
        for (JsonNode element : array) {
            SubDeviceProof proof = read(element, methodOfAll);
            if (proof == null) {
                return null;
            }
            proofs.put(proof.productKey + "/" + proof.deviceName, proof);
        }
        return new ArrayList<>(proofs.values());
    }

    /** Signed with this secret? */
    public boolean holds(String secret) {
        return method != null && method.matches(secret, content, sign);
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        String text = value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
        return text.length() > TEXT_MAX ? "" : text;
    }
}
