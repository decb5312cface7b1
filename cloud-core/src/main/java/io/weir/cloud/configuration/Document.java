package io.weir.cloud.configuration;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;

import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A checked JSON document. Devices get the very bytes that were given, so that its digest holds.
 *
 * @param sha256 of the UTF-8 bytes, 64 hex digits, small
 * @param size in bytes
 */
record Document(String text, String sha256, int size) {
    private static final ObjectReader STRICT =
            Json.MAPPER
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /** INVALID when it is no JSON object or array, or too large. */
    static Document of(String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > most) {
            throw Rejected.invalid("document", "must have at most " + most + " bytes");
        }
        JsonNode tree;
        try {
            tree = STRICT.readTree(text);
        } catch (IOException e) {
            throw Rejected.invalid("document", "must be JSON without a key twice in an object");
        }
        if (!tree.isObject() && !tree.isArray()) {
            throw Rejected.invalid("document", "must be a JSON object or array");
        }
        return new Document(text, digest(bytes), bytes.length);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
