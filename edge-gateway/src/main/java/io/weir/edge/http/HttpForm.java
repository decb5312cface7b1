package io.weir.edge.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The fields of a form-urlencoded body. Of one that comes twice the first counts. */
final class HttpForm {
    private static final int FIELDS_MAX = 32;

    private final Map<String, List<String>> fields;

    private HttpForm(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    /** Null when it is none. */
    static @Nullable HttpForm read(Buffer body) {
        try {
            var decoder =
                    new QueryStringDecoder(
                            body.toString(StandardCharsets.UTF_8),
                            StandardCharsets.UTF_8,
                            false,
                            FIELDS_MAX);
            return new HttpForm(decoder.parameters());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Empty when it is missing. */
    String get(String name) {
        List<String> values = fields.get(name);
        return values == null ? "" : values.getFirst();
    }

    /** The first of these that is missing or longer than {@code most}; null when all are fine. */
    @Nullable String wrong(int most, String... names) {
        for (String name : names) {
            String value = get(name);
            if (value.isEmpty() || value.length() > most) {
                return name;
            }
        }
        return null;
    }
}
