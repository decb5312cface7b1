package io.weir.runtime.bus;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A reply on the bus: either data or a problem. A failure is an answer, never an event-bus
 * exception.
 */
record Envelope(@Nullable JsonNode data, @Nullable Problem problem) {
    record Problem(String code, int status, String message, List<FieldError> errors) {}

    static Envelope rejected(Rejected r) {
        return new Envelope(
                null,
                new Problem(r.code(), r.status(), String.valueOf(r.getMessage()), r.errors()));
    }

    /** What happened is unknown to the caller; a retry with the same key is safe. */
    static Envelope internal(String requestId) {
        return new Envelope(
                null,
                new Problem(
                        CommonError.INTERNAL.name(),
                        CommonError.INTERNAL.status(),
                        "internal error, request " + requestId,
                        List.of()));
    }
}
