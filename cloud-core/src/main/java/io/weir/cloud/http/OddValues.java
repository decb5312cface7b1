package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.FieldError;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that are valid JSON and still poison what comes after: a number such as 1e999999999, whose
 * arithmetic would eat all memory, and U+0000, which PostgreSQL stores in no text.
 */
final class OddValues {
    private static final int DIGITS = 40;

    private OddValues() {}

    static List<FieldError> of(JsonNode value) {
        List<FieldError> faults = new ArrayList<>();
        walk("", value, faults);
        return faults;
    }

    private static void walk(String at, JsonNode value, List<FieldError> faults) {
        if (value.isObject()) {
            for (var field : value.properties()) {
                if (hasNul(field.getKey())) {
                    faults.add(new FieldError(at, "has a name with the character U+0000"));
                }
                walk(
                        at.isEmpty() ? field.getKey() : at + "." + field.getKey(),
                        field.getValue(),
                        faults);
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                walk(at + "[" + i + "]", value.get(i), faults);
            }
        } else if (value.isTextual() && hasNul(value.textValue())) {
            faults.add(new FieldError(at, "must not contain the character U+0000"));
        } else if ((value.isBigDecimal() || value.isBigInteger()) && huge(value.decimalValue())) {
            faults.add(new FieldError(at, "has too many digits"));
        }
    }

    private static boolean hasNul(String text) {
        return text.indexOf('\u0000') >= 0;
    }

    private static boolean huge(BigDecimal number) {
        return number.precision() > DIGITS || Math.abs((long) number.scale()) > DIGITS;
    }
}
