package io.weir.edge.downlink;

import io.vertx.core.Future;
import io.weir.edge.registry.Product;

/** Says a command in the bytes that a product's devices understand. */
@FunctionalInterface
public interface Translator {
    /** Fails when there is no way to say it; completes on the caller's context. */
    Future<byte[]> toRaw(Product product, String json);
}
