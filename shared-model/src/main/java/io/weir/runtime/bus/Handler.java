package io.weir.runtime.bus;

/**
 * Serves one operation, straight down, on the verticle's own (virtual) thread. Throws Rejected for
 * an expected no.
 */
@FunctionalInterface
public interface Handler<Q, R> {
    R handle(Call call, Q request);
}
