package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** Alink as a device writes it (alink.md sections 5 and 6). */
final class Words {
    /**
     * @param topic behind {@code /sys/PK/DN/}
     */
    record Message(String topic, byte[] payload) {}

    /**
     * A call of the platform.
     *
     * @param service {@code dispense}, {@code property/set}
     * @param answer topic of the answer, behind {@code /sys/PK/DN/}
     */
    record Call(String service, String id, JsonNode params, String answer) {}

    private static final String SERVICE = "thing/service/";
    private static final String REMOTE_CALL = "rrpc/request/";

    private long messages;

    Message properties(Map<String, Object> values) {
        return request("thing/event/property/post", "thing.event.property.post", values);
    }

    /** With the device's own time on every value. */
    Message properties(Map<String, Object> values, long deviceTimeMs) {
        Map<String, Object> timed = new LinkedHashMap<>();
        values.forEach((k, v) -> timed.put(k, Map.of("value", v, "time", deviceTimeMs)));
        return properties(timed);
    }

    Message event(String name, Map<String, Object> output) {
        return request("thing/event/" + name + "/post", "thing.event." + name + ".post", output);
    }

    /** {@code data} last, for readers that scan (alink.md section 0). */
    static Message answer(String topic, Say.Answer answer) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", answer.id());
        message.put("code", answer.code());
        message.put("message", answer.code() == Model.FINE ? "success" : "refused");
        message.put("data", answer.data());
        return new Message(topic, Json.bytes(message));
    }

    /**
     * Null when it is no call.
     *
     * @param topic behind {@code /sys/PK/DN/}
     */
    static @Nullable Call call(String topic, byte[] payload) {
        boolean remote = topic.startsWith(REMOTE_CALL);
        if ((!remote && !topic.startsWith(SERVICE)) || topic.endsWith("_reply")) {
            return null;
        }
        JsonNode json;
        try {
            json = Json.tree(payload);
        } catch (IllegalArgumentException e) {
            return null; // raw bytes: nothing for a model of properties and services
        }
        String id = json.path("id").asText();
        if (!remote) {
            String service = topic.substring(SERVICE.length());
            return new Call(service, id, json.path("params"), topic + "_reply");
        }
        String method = json.path("method").asText();
        String service = method.replace("thing.service.", "").replace('.', '/');
        String answer = "rrpc/response/" + topic.substring(REMOTE_CALL.length());
        return new Call(service, id, json.path("params"), answer);
    }

    private Message request(String topic, String method, Map<String, Object> params) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", String.valueOf(++messages));
        message.put("version", "1.0");
        message.put("sys", Map.of("ack", 0)); // the PUBACK says enough
        message.put("method", method);
        message.put("params", params);
        return new Message(topic, Json.bytes(message));
    }
}
