package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;

import io.weir.model.problem.FieldError;

import java.util.List;

/** One compiled schema of the contract. Safe to use from many threads. */
record Check(JsonSchema schema) {
    private static final int MOST = 20;

    /** What is wrong, at most twenty lines; empty when all is well. */
    List<FieldError> faults(JsonNode value) {
        var messages = schema.validate(value);
        return messages.isEmpty()
                ? List.of()
                : messages.stream().limit(MOST).map(Check::fault).toList();
    }

    private static FieldError fault(ValidationMessage message) {
        String at = message.getInstanceLocation().toString();
        String property = message.getProperty();
        String field = at.equals("$") ? "" : at.substring(at.startsWith("$.") ? 2 : 1);
        if (property != null) {
            field = field.isEmpty() ? property : field + "." + property;
        }
        return new FieldError(field, rule(message));
    }

    private static String rule(ValidationMessage message) {
        return switch (message.getType()) {
            case "required" -> "is required";
            case "additionalProperties" -> "is unknown";
            default -> message.getError();
        };
    }
}
