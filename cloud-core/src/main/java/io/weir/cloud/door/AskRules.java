package io.weir.cloud.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.buffer.Buffer;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.door.DoorMessage.Request;
import io.weir.runtime.door.DoorOperations;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What a gateway may ask: only what is listed, and only for itself. Its name is set from the
 * certificate, whatever the message says.
 */
final class AskRules {
    private static final String GATEWAY = "gateway";
    private static final String LIMIT = "limit";

    private AskRules() {}

    /**
     * @param body the request with the gateway's own name
     */
    record Allowed(String address, ObjectNode body, Duration within) {
        Buffer bytes() {
            return Json.buffer(body);
        }

        /** The same for half as many items; null when it is about one thing already. */
        @Nullable Allowed half() {
            int limit = body.path(LIMIT).asInt(0);
            return limit > 1
                    ? new Allowed(address, body.deepCopy().put(LIMIT, limit / 2), within)
                    : null;
        }
    }

    /** Throws {@link Rejected}: FORBIDDEN or MALFORMED. */
    static Allowed check(String gateway, Request ask) {
        Duration timeout = DoorOperations.timeoutOf(ask.address());
        if (timeout == null) {
            throw new Rejected(CommonError.FORBIDDEN, "a gateway may not ask " + ask.address());
        }
        ObjectNode body = object(ask.body());
        JsonNode named = body.get(GATEWAY);
        if (named != null && !(named.isTextual() && named.asText().equals(gateway))) {
            throw new Rejected(
                    CommonError.FORBIDDEN, gateway + " may not ask in the name of " + named);
        }
        body.put(GATEWAY, gateway);
        Duration wait = Duration.ofMillis(Math.min(timeout.toMillis(), ask.waitMs()));
        return new Allowed(ask.address(), body, wait);
    }

    private static ObjectNode object(Buffer body) {
        try {
            if (Json.tree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (IllegalArgumentException e) {
            throw new Rejected(CommonError.MALFORMED, "the question is no JSON: " + e.getMessage());
        }
        throw new Rejected(CommonError.MALFORMED, "the question is no JSON object");
    }
}
