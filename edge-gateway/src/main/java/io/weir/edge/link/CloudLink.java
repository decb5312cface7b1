package io.weir.edge.link;

import io.vertx.core.Future;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.runtime.bus.AsyncHandler;

import java.util.function.Consumer;

/**
 * What the gateway's parts see of the cloud. All calls return at once; with the link down a
 * question fails with UNAVAILABLE. Handlers and futures run on the caller's own Vert.x context.
 * What is served or subscribed stays so across rebuilds of the link.
 */
public interface CloudLink {
    /** Asks the cloud in the name of this gateway. Fails only with Rejected. */
    <Q, R> Future<R> call(Op<Q, R> op, Q request);

    /** Answers an operation that is put to this gateway; {@code op} without {@code at}. */
    <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler);

    <T> void subscribe(Signal<T> signal, Consumer<T> listener);

    boolean up();

    /** Called on every change of {@link #up}, from any thread. */
    void onChange(Consumer<Boolean> listener);
}
