package io.weir.model.problem;

/**
 * A stable code that a client may branch on. Each context has its own enum; {@link CommonError} is
 * for all.
 */
public interface ErrorCode {
    /** The code on the wire, upper case with underscores. */
    String name();

    /** The HTTP status that the API answers with (DESIGN section 4). */
    int status();
}
