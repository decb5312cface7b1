package io.weir.edge.alink;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A device's own log lines, up to {@value #MAX_LINES} in one message (facts: alink.md section 6).
 * One line that is none refuses them all: the device has written it wrong, not the moment.
 */
public final class LogPostHandler implements AlinkHandler {
    private static final int MAX_LINES = 40;
    private static final int MAX_WORD = 64;
    private static final int MAX_TRACE = 256;
    private static final int MAX_CONTENT = 8192;
    private static final Set<String> LEVELS = Set.of("FATAL", "ERROR", "WARN", "INFO", "DEBUG");

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        if (!e.fine()) {
            message.answer(e.code(), AlinkReply.message(e.code()), "{}");
            return;
        }
        String fault = fault(e.params());
        if (fault != null) {
            message.answer(AlinkReply.BAD_PARAMETER, fault, "{}");
            return;
        }
        byte[] lines = e.params().getBytes(StandardCharsets.UTF_8);
        message.replying(AlinkReply.OK, "success", "{}")
                .journal(
                        Lane.TELEMETRY,
                        List.of(new Fact(FactKind.DEVICE_LOG, "", lines)),
                        Outcome.ACCEPTED);
    }

    private static @Nullable String fault(String params) {
        JsonNode lines;
        try {
            lines = Json.tree(params);
        } catch (IllegalArgumentException e) {
            return AlinkReply.message(AlinkReply.BAD_PARAMETER);
        }
        if (!lines.isArray() || lines.isEmpty() || lines.size() > MAX_LINES) {
            return "from 1 to " + MAX_LINES + " log lines";
        }
        for (JsonNode line : lines) {
            if (!text(line, "utcTime", MAX_WORD) || !text(line, "logContent", MAX_CONTENT)) {
                return "a log line has utcTime and logContent";
            }
            if (!LEVELS.contains(line.path("logLevel").asText(""))) {
                return "logLevel is FATAL, ERROR, WARN, INFO or DEBUG";
            }
            if (!maybe(line, "module", MAX_WORD)
                    || !maybe(line, "code", MAX_WORD)
                    || !maybe(line, "traceContext", MAX_TRACE)) {
                return "module, code or traceContext is too long or no text";
            }
        }
        return null;
    }

    private static boolean text(JsonNode line, String name, int max) {
        JsonNode value = line.path(name);
        return value.isTextual() && value.textValue().length() <= max;
    }

    /** The C SDK sends a code as text, others as a number. */
    private static boolean maybe(JsonNode line, String name, int max) {
        JsonNode value = line.path(name);
        return value.isMissingNode() || value.isValueNode() && value.asText().length() <= max;
    }
}
