package io.weir.cloud.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the params of a property post and hands out each value as the text that the device
 * sent, without building a tree. {@code {"k":v}} and {@code {"k":{"value":v,"time":ms}}} give the
 * same v (facts/alink.md 5): "value" and "time" are no identifiers, so a struct has no such
 * members.
 */
final class PostReader {
    private static final int DEEPEST = 20;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                    .build();

    @FunctionalInterface
    interface Sink {
        /**
         * @param key as a JSON string, quoted and escaped
         * @param value JSON
         */
        void put(String key, String value);
    }

    private PostReader() {}

    /**
     * Throws {@link IllegalArgumentException} when this is no JSON object that PostgreSQL would
     * take.
     */
    static void read(byte[] params, Sink sink) {
        refuseNul(params);
        try (JsonParser parser = JSON.createParser(params)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("params are not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = quoted(parser.currentName());
                parser.nextToken();
                sink.put(key, value(parser, params));
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows the params");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("params: " + e.getMessage(), e);
        }
    }

    /** Whether it is one JSON object, and nothing else of interest. */
    static void check(byte[] params) {
        read(params, (key, value) -> {});
    }

    private static String value(JsonParser parser, byte[] bytes) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return raw(parser, bytes, start);
        }
        String inner = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isValue = parser.currentName().equals("value");
            parser.nextToken();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            if (isValue) {
                inner = raw(parser, bytes, from);
            } else {
                parser.skipChildren();
            }
        }
        int end = (int) parser.currentLocation().getByteOffset();
        return inner != null ? inner : text(bytes, start, end);
    }

    private static String raw(JsonParser parser, byte[] bytes, int start) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        return text(bytes, start, (int) parser.currentLocation().getByteOffset()).strip();
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static String quoted(String name) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
    }

    /**
     * JSON knows the character NUL and lone surrogates, PostgreSQL's jsonb does not: a backslash-u
     * of either would fail the whole batch. Devices have no use for them, so the rare post that
     * escapes one is refused as it is.
     */
    private static void refuseNul(byte[] params) {
        for (int i = 0; i + 5 < params.length; i++) {
            if (params[i] == '\\') {
                if (params[i + 1] == 'u') {
                    String hex = text(params, i + 2, i + 6).toLowerCase(java.util.Locale.ROOT);
                    if (hex.equals("0000") || hex.matches("d[89a-f].*")) {
                        throw new IllegalArgumentException("params escape a NUL or a surrogate");
                    }
                }
                i++;
            }
        }
    }
}
