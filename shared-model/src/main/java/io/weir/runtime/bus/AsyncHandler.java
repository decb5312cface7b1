package io.weir.runtime.bus;

import io.vertx.core.Future;

/** Serves one operation on an event loop, where nothing may wait. */
@FunctionalInterface
public interface AsyncHandler<Q, R> {
    Future<R> handle(Call call, Q request);
}
