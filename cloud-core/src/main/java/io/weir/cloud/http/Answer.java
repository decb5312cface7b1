package io.weir.cloud.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.model.Page;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A finished reply: status and the envelope of DESIGN section 4 as bytes.
 *
 * @param retryAfterSeconds for 429 and 503; 0 = don't say
 * @param hit whether it is the stored answer of an earlier request with the same key
 */
public record Answer(int status, Buffer body, int retryAfterSeconds, boolean hit) {
    private record Success(
            boolean status, String code, String message, long total, @Nullable Object data) {}

    private record Failure(boolean status, String code, String message, List<FieldError> errors) {}

    /** DELETE answers 204 without a body. */
    public static Answer of(int status, @Nullable Object result) {
        if (status == 204) {
            return new Answer(status, Buffer.buffer(), 0, false);
        }
        Success success =
                switch (result) {
                    case null -> new Success(true, "OK", "", 0, null);
                    case Page<?> page -> new Success(true, "OK", "", page.total(), page.items());
                    case List<?> list -> new Success(true, "OK", "", list.size(), list);
                    default -> new Success(true, "OK", "", 1, result);
                };
        return new Answer(status, Json.buffer(success), 0, false);
    }

    public static Answer of(Rejected r) {
        return of(r, r.status() == 429 || r.status() == 503 ? 1 : 0);
    }

    static Answer of(Rejected r, int retryAfterSeconds) {
        var failure = new Failure(false, r.code(), String.valueOf(r.getMessage()), r.errors());
        return new Answer(r.status(), Json.buffer(failure), retryAfterSeconds, false);
    }

    /** The outcome is unknown to the client; trying again with the same key is safe. */
    static Answer internal(String requestId) {
        return of(new Rejected(CommonError.INTERNAL, "internal error, request " + requestId));
    }

    static Answer stored(int status, Buffer body) {
        return new Answer(status, body, 0, true);
    }

    public void send(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("Cache-Control", "no-store");
        if (retryAfterSeconds > 0) {
            response.putHeader("Retry-After", String.valueOf(retryAfterSeconds));
        }
        if (hit) {
            response.putHeader("Idempotency-Hit", "true");
        }
        if (status == 204) {
            response.end();
        } else {
            response.putHeader("Content-Type", "application/json").end(body);
        }
    }
}
