package io.weir.model.fact;

/**
 * The journal was full and {@code entries} entries of {@code bytes} bytes of this lane and
 * partition were not kept.
 */
public record ShedFact(long entries, long bytes, String reason) {}
