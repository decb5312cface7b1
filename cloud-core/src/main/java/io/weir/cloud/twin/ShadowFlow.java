package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The rules of the device shadow (facts: alink.md section 8), pure: a document and a message give
 * the next document and the reply, as the C SDK reads it.
 */
final class ShadowFlow {
    static final int BAD_JSON = 400;
    static final int NO_METHOD = 401;
    static final int NO_STATE = 402;
    static final int BAD_VERSION = 403;
    static final int NO_REPORTED = 404;
    static final int EMPTY_REPORTED = 405;
    static final int BAD_METHOD = 406;
    static final int NO_CONTENT = 407;
    static final int TOO_MANY = 408;
    static final int CONFLICT = 409;

    private static final long RESET = -1;
    private static final String NULL = "null";

    private ShadowFlow() {}

    /**
     * @param depth of objects in reported and desired, which count themselves
     * @param bytes of the whole state
     * @param properties values that are no objects, in reported and desired each
     */
    record Limits(int depth, int bytes, int properties) {}

    /**
     * @param next null when nothing changes
     * @param reply the whole message to the device
     */
    record Outcome(@Nullable Shadow next, String reply) {}

    /** A message of the device, as it came. */
    static Outcome device(Shadow now, String message, long nowS, Limits limits) {
        JsonNode read;
        try {
            read = Json.tree(message);
        } catch (IllegalArgumentException e) {
            return error(BAD_JSON, "incorrect json", nowS);
        }
        if (!read.isObject()) {
            return error(BAD_JSON, "incorrect json", nowS);
        }
        JsonNode method = read.path("method");
        if (!method.isTextual()) {
            return error(NO_METHOD, "no method in the message", nowS);
        }
        return switch (method.textValue()) {
            case "get" -> new Outcome(null, got(now, nowS));
            case "update", "delete" -> change(now, read, method.textValue(), nowS, limits);
            default -> error(BAD_METHOD, "unknown method", nowS);
        };
    }

    /**
     * The cloud wants something of the device.
     *
     * @param desired merged into what is wanted; null = nothing is wanted any more. A member that
     *     is null is not wanted any more.
     * @return the next document, one version on
     * @throws IllegalArgumentException beyond a limit; the message says which
     */
    static Shadow want(Shadow now, @Nullable ObjectNode desired, long nowS, Limits limits) {
        Shadow next = now.copy();
        if (desired == null) {
            clear(next.desired(), next.desiredMeta());
        } else {
            merge(next.desired(), next.desiredMeta(), desired, nowS);
        }
        String fault = fault(next, limits);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        return next.at(now.version() + 1, nowS);
    }

    /** What tells the device that something is wanted of it. */
    static String control(Shadow s, long nowS) {
        ObjectNode state = Shadow.none();
        state.set("desired", s.desired());
        state.set("reported", s.reported());
        ObjectNode metadata = Shadow.none();
        metadata.set("desired", s.desiredMeta());
        metadata.set("reported", s.reportedMeta());
        ObjectNode message = Shadow.none().put("method", "control");
        ObjectNode payload = message.putObject("payload");
        payload.set("state", state);
        payload.set("metadata", metadata);
        return message.put("version", s.version()).put("timestamp", nowS).toString();
    }

    private static Outcome change(
            Shadow now, JsonNode message, String method, long nowS, Limits limits) {
        JsonNode state = message.path("state");
        if (!state.isObject()) {
            return error(NO_STATE, "no state in the message", nowS);
        }
        JsonNode version = message.path("version");
        if (!version.isIntegralNumber() || !version.canConvertToLong()) {
            return error(BAD_VERSION, "version is not a number", nowS);
        }
        long wanted = version.longValue();
        boolean reset = wanted == RESET && method.equals("update");
        if (!reset && wanted <= now.version()) {
            return error(CONFLICT, "version conflict", nowS);
        }
        Shadow next = reset ? Shadow.empty() : now.copy();
        Outcome fault =
                method.equals("update")
                        ? update(next, state, nowS, limits)
                        : delete(next, state, nowS);
        if (fault != null) {
            return fault;
        }
        Shadow kept = next.at(reset ? 0 : wanted, nowS);
        return new Outcome(kept, success(kept.version(), nowS));
    }

    /** Null when it went well. */
    private static @Nullable Outcome update(Shadow next, JsonNode state, long nowS, Limits limits) {
        JsonNode reported = state.path("reported");
        boolean clears = isNull(state.path("desired"));
        if (reported.isMissingNode() && !clears
                || !reported.isMissingNode() && !reported.isObject()) {
            return error(NO_REPORTED, "no reported in the state", nowS);
        }
        if (reported.isObject() && reported.isEmpty()) {
            return error(EMPTY_REPORTED, "reported is empty", nowS);
        }
        if (clears) {
            clear(next.desired(), next.desiredMeta());
        }
        if (reported.isObject()) {
            merge(next.reported(), next.reportedMeta(), reported, nowS);
        }
        if (Math.max(count(next.reported()), count(next.desired())) > limits.properties()) {
            return error(TOO_MANY, "more than " + limits.properties() + " properties", nowS);
        }
        String fault = fault(next, limits);
        return fault == null ? null : error(BAD_JSON, fault, nowS);
    }

    private static @Nullable Outcome delete(Shadow next, JsonNode state, long nowS) {
        JsonNode reported = state.path("reported");
        if (isNull(reported)) {
            clear(next.reported(), next.reportedMeta());
            return null;
        }
        if (!reported.isObject()) {
            return error(NO_REPORTED, "no reported in the state", nowS);
        }
        boolean any = false;
        for (Map.Entry<String, JsonNode> entry : reported.properties()) {
            if (isNull(entry.getValue())) {
                next.reported().remove(entry.getKey());
                next.reportedMeta().remove(entry.getKey());
                any = true;
            }
        }
        return any ? null : error(NO_CONTENT, "nothing to delete", nowS);
    }

    /** The text "null", as devices without a JSON null send it, or a JSON null. */
    private static boolean isNull(JsonNode value) {
        return value.isNull() || value.isTextual() && value.textValue().equals(NULL);
    }

    private static void merge(ObjectNode into, ObjectNode meta, JsonNode values, long nowS) {
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            if (isNull(entry.getValue())) {
                into.remove(entry.getKey());
                meta.remove(entry.getKey());
            } else {
                into.set(entry.getKey(), entry.getValue());
                meta.putObject(entry.getKey()).put("timestamp", nowS);
            }
        }
    }

    private static void clear(ObjectNode values, ObjectNode meta) {
        values.removeAll();
        meta.removeAll();
    }

    private static @Nullable String fault(Shadow s, Limits limits) {
        if (Math.max(count(s.reported()), count(s.desired())) > limits.properties()) {
            return "more than " + limits.properties() + " properties";
        }
        if (Math.max(depth(s.reported()), depth(s.desired())) > limits.depth()) {
            return "deeper than " + limits.depth();
        }
        if (s.state().toString().getBytes(StandardCharsets.UTF_8).length > limits.bytes()) {
            return "larger than " + limits.bytes() + " bytes";
        }
        return null;
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (JsonNode child : node) {
            deepest = Math.max(deepest, depth(child));
        }
        return node.isContainerNode() ? deepest + 1 : deepest;
    }

    private static int count(JsonNode node) {
        if (!node.isObject()) {
            return 1;
        }
        int count = 0;
        for (JsonNode child : node) {
            count += count(child);
        }
        return count;
    }

    private static String got(Shadow s, long nowS) {
        ObjectNode message = Shadow.none().put("method", "reply");
        ObjectNode payload = message.putObject("payload").put("status", "success");
        payload.set("state", s.state());
        payload.set("metadata", s.metadata());
        return message.put("version", s.version()).put("timestamp", nowS).toString();
    }

    private static String success(long version, long nowS) {
        ObjectNode message = Shadow.none().put("method", "reply");
        message.putObject("payload").put("status", "success").put("version", version);
        return message.put("timestamp", nowS).toString();
    }

    private static Outcome error(int code, String text, long nowS) {
        ObjectNode message = Shadow.none().put("method", "reply");
        message.putObject("payload")
                .put("status", "error")
                .putObject("content")
                .put("errorcode", String.valueOf(code))
                .put("errormessage", text);
        return new Outcome(null, message.put("timestamp", nowS).toString());
    }
}
