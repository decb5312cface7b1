package io.weir.api;

/**
 * A hint published to whoever listens. May be lost at any time; nothing that matters may depend on
 * it.
 */
public record Signal<T>(String address, Class<T> body) {}
