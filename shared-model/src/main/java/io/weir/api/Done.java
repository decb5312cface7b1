package io.weir.api;

/** The answer of an operation that has nothing to say but that it was done. */
public record Done() {
    public static final Done DONE = new Done();
}
