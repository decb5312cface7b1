package io.weir.edge.ota;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.Outcome;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What devices tell of their firmware: which version a module has, how far an upgrade is. Nothing
 * is answered, by the protocol; both are facts on the alarm lane, few and waited for.
 */
public final class FirmwareNews {
    /** The device's own firmware has no module's name, or this one. */
    private static final String DEFAULT_MODULE = "default";

    private static final Pattern MODULE = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final int VERSION_MAX = 64;
    private static final int DESCRIPTION_MAX = 256;
    private static final int FIRST_STEP = -4;
    private static final int LAST_STEP = 100;

    private FirmwareNews() {}

    public static void on(AlinkServices alink) {
        alink.on(Kind.VERSION, handler(FactKind.VERSION))
                .on(Kind.UPGRADE, handler(FactKind.UPGRADE));
    }

    private static AlinkHandler handler(FactKind kind) {
        return message -> {
            Fact fact = fact(message, kind);
            if (fact == null) {
                message.finish(Outcome.REJECTED);
            } else {
                message.journal(Lane.ALARM, List.of(fact), Outcome.ACCEPTED);
            }
        };
    }

    /** Null when it is none. */
    private static @Nullable Fact fact(AlinkMessage message, FactKind kind) {
        if (!message.envelope().fine()) {
            return null;
        }
        JsonNode params;
        try {
            params = Json.tree(message.envelope().params());
        } catch (IllegalArgumentException e) {
            return null;
        }
        String module = params.path("module").asText("");
        if (!MODULE.matcher(module).matches()) {
            return null;
        }
        Map<String, Object> payload = kind == FactKind.VERSION ? version(params) : step(params);
        String name = module.equals(DEFAULT_MODULE) ? "" : module;
        return payload == null ? null : new Fact(kind, name, Json.bytes(payload));
    }

    private static @Nullable Map<String, Object> version(JsonNode params) {
        String version = params.path("version").asText("");
        return version.isEmpty() || version.length() > VERSION_MAX
                ? null
                : Map.of("version", version);
    }

    /** The C SDK sends the step as text, others as a number. */
    private static @Nullable Map<String, Object> step(JsonNode params) {
        String step = params.path("step").asText("");
        String description = params.path("desc").asText("");
        if (!step.matches("-?[0-9]{1,3}") || description.length() > DESCRIPTION_MAX) {
            return null;
        }
        int number = Integer.parseInt(step);
        return number < FIRST_STEP || number > LAST_STEP
                ? null
                : Map.of("step", number, "desc", description);
    }
}
