package io.weir.model.problem;

/** One located fault of a request: which field broke which rule. */
public record FieldError(String field, String rule) {}
