package io.weir.cloud.ingest;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One post or event of a history post, as the gateway journals it: {@code
 * {"properties":[{"k":{"value","time"}}],"events":[{"e":{"value","time"}}]}}, the properties of one
 * group having one time.
 *
 * @param event its identifier; null when it is a property post
 * @param atMs the device's time
 */
record PastPost(@Nullable String event, long atMs, String params) {
    /** Throws {@link IllegalArgumentException} when it is not that. */
    static List<PastPost> read(byte[] payload) {
        JsonNode root = Json.tree(payload);
        List<PastPost> past = new ArrayList<>();
        for (JsonNode group : root.path("properties")) {
            for (JsonNode first : group) {
                past.add(of(null, first, group));
                break;
            }
        }
        for (JsonNode group : root.path("events")) {
            for (Map.Entry<String, JsonNode> event : group.properties()) {
                past.add(of(event.getKey(), event.getValue(), event.getValue()));
            }
        }
        return past;
    }

    private static PastPost of(@Nullable String event, JsonNode timed, JsonNode params) {
        JsonNode time = timed.path("time");
        if (!time.isIntegralNumber() || !time.canConvertToLong()) {
            throw new IllegalArgumentException("no time in a history post");
        }
        String text = params.toString();
        PostReader.check(text.getBytes(StandardCharsets.UTF_8));
        return new PastPost(event, time.longValue(), text);
    }
}
