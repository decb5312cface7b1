package io.weir.edge.alink;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import java.nio.charset.StandardCharsets;

/**
 * Tells the device the time (facts: alink.md section 6, NTP). No envelope: {@code
 * {"deviceSendTime":"ms"}} comes back as it came, with two times of ours, as texts of milliseconds.
 */
public final class NtpHandler implements AlinkHandler {
    private static final String SENT = "deviceSendTime";
    private static final int MAX_SENT = 32;

    private final Time time;

    public NtpHandler(Time time) {
        this.time = time;
    }

    @Override
    public void handle(AlinkMessage message) {
        long received = time.now().toEpochMilli();
        JsonNode sent = sent(message.payload());
        if (!sent.isValueNode() || sent.toString().length() > MAX_SENT) {
            message.finish(Outcome.REJECTED);
            return;
        }
        String reply =
                "{\"deviceSendTime\":%s,\"serverRecvTime\":\"%d\",\"serverSendTime\":\"%d\"}"
                        .formatted(sent, received, time.now().toEpochMilli());
        message.answer(reply.getBytes(StandardCharsets.UTF_8), Outcome.ACCEPTED);
    }

    private static JsonNode sent(byte[] payload) {
        try {
            return Json.tree(payload).path(SENT);
        } catch (IllegalArgumentException e) {
            return Json.MAPPER.missingNode();
        }
    }
}
