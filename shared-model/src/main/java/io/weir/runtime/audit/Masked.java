package io.weir.runtime.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/** A record as the audit keeps it: JSON with its secrets struck out. */
final class Masked {
    private static final String MASK = "***";
    private static final List<String> ENDINGS =
            List.of("pwd", "password", "secret", "token", "code", "hash", "key_pem");

    private Masked() {}

    /** JSON text; null for nothing. */
    static @Nullable String of(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        JsonNode tree = Json.MAPPER.valueToTree(value);
        strike(tree);
        return tree.toString();
    }

    private static void strike(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (var member : object.properties()) {
                if (secret(member.getKey()) && !member.getValue().isNull()) {
                    object.put(member.getKey(), MASK);
                } else {
                    strike(member.getValue());
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(Masked::strike);
        }
    }

    /** {@code vendor_code} and {@code product_code} are no secrets; a bare code is one. */
    private static boolean secret(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return ENDINGS.stream()
                .anyMatch(end -> end.equals("code") ? small.equals(end) : small.endsWith(end));
    }
}
