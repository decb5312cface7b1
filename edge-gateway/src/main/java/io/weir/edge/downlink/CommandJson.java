package io.weir.edge.downlink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.edge.registry.ValueType;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

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

    /** The params as compact JSON; 422 when they are no object of the model's shape. */
    static String checkedParams(String params, ValueType.Struct shape) {
        try (JsonParser p = FACTORY.createParser(params)) {
            p.nextToken();
            String fault = shape.check(p);
            if (fault == null && p.nextToken() != null) {
                fault = "more than one JSON value";
            }
            if (fault != null) {
                throw Rejected.invalid("params", fault + where(p));
            }
            return Json.tree(params).toString();
        } catch (IOException e) {
            throw Rejected.invalid("params", "not JSON");
        }
    }

    /** The names of a JSON object's members, without its values. */
    static Set<String> names(String params) {
        Set<String> names = new LinkedHashSet<>();
        try (JsonParser p = FACTORY.createParser(params)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw Rejected.invalid("params", "not an object");
            }
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                names.add(name);
                p.nextToken();
                p.skipChildren();
            }
            return names;
        } catch (IOException e) {
            throw Rejected.invalid("params", "not JSON");
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

    private static String where(JsonParser p) throws IOException {
        String name = p.currentName();
        return name == null || p.currentToken() == JsonToken.END_OBJECT ? "" : " (" + name + ")";
    }

    /**
     * @param id as the device echoes it
     */
    record Reply(String id, CommandReply reply) {}
}
