package io.weir.edge.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.weir.runtime.json.Json;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answers that the C SDK can read: {@code Content-Length} spelled so, never chunked, short header
 * lines (facts: alink.md section 0, point 3).
 */
final class HttpReply {
    private static final int STATUS_OK = 200;

    private HttpReply() {}

    /** A code of section 3 and its message. */
    static void code(HttpServerResponse response, int code) {
        code(response, STATUS_OK, code, HttpCode.message(code));
    }

    static void code(HttpServerResponse response, int status, int code, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", code);
        body.put("message", message);
        send(response, status, Json.text(body));
    }

    static void json(HttpServerResponse response, Map<String, Object> body) {
        send(response, STATUS_OK, Json.text(body));
    }

    static void send(HttpServerResponse response, int status, String json) {
        if (response.ended() || response.closed()) {
            return;
        }
        Buffer body = Buffer.buffer(json);
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Content-Length", String.valueOf(body.length()))
                .end(body);
    }
}
