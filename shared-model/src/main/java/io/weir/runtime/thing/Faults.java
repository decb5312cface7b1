package io.weir.runtime.thing;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.FieldError;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Collects located faults while a tree is read, and reads the simple things of it. */
final class Faults {
    private static final int SHOWN = 100;
    private final List<FieldError> found = new ArrayList<>();

    void add(String path, String rule) {
        if (found.size() < SHOWN) {
            found.add(new FieldError(path, rule));
        }
    }

    List<FieldError> found() {
        return List.copyOf(found);
    }

    boolean none() {
        return found.isEmpty();
    }

    /** The text at {@code key}, the fallback when it is missing, a fault when it is no text. */
    String text(JsonNode node, String path, String key, String fallback, int maxLength) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.isTextual() || value.textValue().length() > maxLength) {
            add(path + "." + key, "must be text of at most " + maxLength + " characters");
            return fallback;
        }
        return value.textValue();
    }

    boolean flag(JsonNode node, String path, String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            add(path + "." + key, "must be true or false");
        }
        return value.booleanValue();
    }

    /** A number written as JSON number or, as TSL does, as text; null when it is missing. */
    @Nullable BigDecimal decimal(JsonNode node, String path, String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()
                || value.isNull()
                || value.isTextual() && value.textValue().isBlank()) {
            return null;
        }
        BigDecimal number = parse(value);
        if (number == null) {
            add(path + "." + key, "must be a number");
        }
        return number;
    }

    /** A whole number between the bounds; the fallback when it is missing or a fault. */
    int whole(JsonNode node, String path, String key, int fallback, int min, int max) {
        BigDecimal number = decimal(node, path, key);
        if (number == null) {
            return fallback;
        }
        if (number.stripTrailingZeros().scale() > 0
                || number.compareTo(BigDecimal.valueOf(min)) < 0
                || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            add(path + "." + key, "must be a whole number from " + min + " to " + max);
            return fallback;
        }
        return number.intValueExact();
    }

    private static @Nullable BigDecimal parse(JsonNode value) {
        try {
            BigDecimal number =
                    value.isNumber()
                            ? value.decimalValue()
                            : value.isTextual() && value.textValue().length() <= 64
                                    ? new BigDecimal(value.textValue().trim())
                                    : null;
            // A huge exponent is a number too, and takes a gigabyte to write down.
            return number != null && Math.abs((long) number.scale()) <= 400 ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
