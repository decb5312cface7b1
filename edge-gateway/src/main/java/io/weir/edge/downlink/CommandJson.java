package io.weir.edge.downlink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Commands and replies as JSON. Requests are compact, with {@code params} last: the C SDK scans
 * text and takes the first key that it finds (facts: alink.md section 0).
 */
final class CommandJson {
    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();

    private CommandJson() {}

    static byte[] request(String id, String method, String params) {
        return ("{\"id\":\""
                        + id
                        + "\",\"version\":\"1.0\",\"method\":\""
                        + method
                        + "\",\"params\":"
                        + params
                        + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The params of a command as a tree; 422 when they are no JSON object. */
    static JsonNode params(String json) {
        JsonNode params;
        try {
            params = Json.tree(json);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("params", "must be JSON");
        }
        if (!params.isObject()) {
            throw Rejected.invalid("params", "must be an object");
        }
        return params;
    }

    /** Params of any shape as compact text; 422 when they are neither object nor array. */
    static String any(String json) {
        JsonNode params;
        try {
            params = Json.tree(json);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("params", "must be JSON");
        }
        if (!params.isContainerNode()) {
            throw Rejected.invalid("params", "must be an object or an array");
        }
        return params.toString();
    }

    /** Services and properties have operations of their own, which check who may use them. */
    static void checkPath(String path) {
        if (!path.matches("thing/[A-Za-z0-9_/]{1,100}") || path.startsWith("thing/service/")) {
            throw Rejected.invalid("path", "must begin with thing/, and not with thing/service/");
        }
    }

    /** What a device answered; null when it is no reply at all. */
    static @Nullable Reply reply(byte[] payload, int offset, int length) {
        try (JsonParser p = FACTORY.createParser(payload, offset, length)) {
            JsonNode root = Json.MAPPER.readTree(p);
            if (root == null || !root.isObject() || p.nextToken() != null) {
                return null;
            }
            JsonNode data = root.path("data");
            return new Reply(
                    root.path("id").asText(),
                    new CommandReply(
                            root.path("code").asInt(200),
                            data.isObject() ? data.toString() : "{}",
                            root.path("message").asText("")));
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * @param id as the device echoes it
     */
    record Reply(String id, CommandReply reply) {}
}
