package io.weir.edge.metering;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.dispense.Outlet;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

/** What devices say in replies and events, read leniently: what can't be read is not said. */
final class DeviceWords {
    /**
     * {@code reason} of a {@code dispense_end} whose valve the device shut because {@code stop}
     * told it to. Any other reason, or none, is one of its own.
     */
    static final String OBEYED = "stopped";

    private DeviceWords() {}

    /** {@code total_ml} of a reply or an event. */
    static @Nullable Long totalMl(JsonNode params) {
        JsonNode total = params.path("total_ml");
        return total.isIntegralNumber() && total.canConvertToLong() && total.longValue() >= 0
                ? total.longValue()
                : null;
    }

    static String text(JsonNode params, String name) {
        JsonNode value = params.path(name);
        return value.isValueNode() ? value.asText() : "";
    }

    /** A whole number; 0 when it is none. */
    static long number(JsonNode params, String name) {
        JsonNode value = params.path(name);
        return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : 0;
    }

    /** {@code outlet}; the normal one when it names none that there is. */
    static Outlet outlet(JsonNode params) {
        String wire = text(params, "outlet");
        for (Outlet outlet : Outlet.values()) {
            if (outlet.wire().equals(wire)) {
                return outlet;
            }
        }
        return Outlet.NORMAL;
    }

    /** Missing when it isn't JSON. */
    static JsonNode read(byte[] json) {
        try {
            return Json.tree(json);
        } catch (IllegalArgumentException e) {
            return Json.MAPPER.missingNode();
        }
    }

    static JsonNode read(String json) {
        try {
            return Json.tree(json);
        } catch (IllegalArgumentException e) {
            return Json.MAPPER.missingNode();
        }
    }
}
