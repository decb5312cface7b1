package io.weir.model.problem;

import java.util.List;

/**
 * The one throwable for an expected failure. It carries no stack trace: it is an answer, not a bug.
 */
public final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int status;
    private final transient List<FieldError> errors;

    public Rejected(ErrorCode code, String message) {
        this(code, message, List.of());
    }

    public Rejected(ErrorCode code, String message, List<FieldError> errors) {
        this(code.name(), code.status(), message, errors);
    }

    /** For a failure that came over the bus, where only code and status are known. */
    public Rejected(String code, int status, String message, List<FieldError> errors) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.errors = List.copyOf(errors);
    }

    /** 422 for one field. */
    public static Rejected invalid(String field, String rule) {
        return new Rejected(
                CommonError.INVALID, field + ": " + rule, List.of(new FieldError(field, rule)));
    }

    public static Rejected notFound(String what) {
        return new Rejected(CommonError.NOT_FOUND, what + " not found");
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public boolean is(ErrorCode other) {
        return code.equals(other.name());
    }
}
