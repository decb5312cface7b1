package io.weir.edge.link;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.AsyncHandler;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The link over some Vert.x event bus that comes and goes. What was served or subscribed is
 * remembered and put on every new bus; the gateway's own (local, never clustered) Vert.x keeps
 * running beneath it.
 */
public final class BusLink implements CloudLink {
    private record Attached(Bus bus) {}

    private final Vertx local;
    private final String gateway;
    private final List<Consumer<Attached>> registrations = new CopyOnWriteArrayList<>();
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Attached attached;

    /**
     * @param local the gateway's own instance, on whose contexts its parts run
     * @param gateway the gateway's name: {@code op.at(gateway)} reaches what is served here
     */
    public BusLink(Vertx local, String gateway) {
        this.local = local;
        this.gateway = gateway;
    }

    /** A bus is there. */
    public synchronized void attach(Vertx vertx) {
        Attached now = new Attached(new Bus(vertx));
        attached = now;
        registrations.forEach(register -> register.accept(now));
        listeners.forEach(listener -> listener.accept(true));
    }

    /** The bus is gone. */
    public synchronized void detach() {
        attached = null;
        listeners.forEach(listener -> listener.accept(false));
    }

    @Override
    public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
        Attached now = attached;
        if (now == null) {
            return Future.failedFuture(
                    new Rejected(CommonError.UNAVAILABLE, "no link to the cloud"));
        }
        Context caller = local.getOrCreateContext();
        Promise<R> promise = Promise.promise();
        var actor = new Actor("gateway:" + gateway, Role.PLATFORM, Scope.PLATFORM);
        now.bus()
                .call(op, request, new Call(actor, null, UUID.randomUUID().toString()))
                .onComplete(
                        done ->
                                caller.runOnContext(
                                        v -> {
                                            if (done.succeeded()) {
                                                promise.complete(done.result());
                                            } else {
                                                promise.fail(done.cause());
                                            }
                                        }));
        return promise.future();
    }

    @Override
    public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {
        Context owner = local.getOrCreateContext();
        register(
                to ->
                        to.bus()
                                .serveAsync(
                                        op.at(gateway),
                                        (call, request) -> {
                                            Promise<R> promise = Promise.promise();
                                            owner.runOnContext(
                                                    v -> answer(handler, call, request, promise));
                                            return promise.future();
                                        }));
    }

    @Override
    public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {
        Context owner = local.getOrCreateContext();
        register(
                to ->
                        to.bus()
                                .subscribe(
                                        signal,
                                        body -> owner.runOnContext(v -> listener.accept(body))));
    }

    @Override
    public boolean up() {
        return attached != null;
    }

    @Override
    public void onChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    private synchronized void register(Consumer<Attached> registration) {
        registrations.add(registration);
        Attached now = attached;
        if (now != null) {
            registration.accept(now);
        }
    }

    private static <Q, R> void answer(
            AsyncHandler<Q, R> handler, Call call, Q request, Promise<R> promise) {
        try {
            handler.handle(call, request).onComplete(promise);
        } catch (RuntimeException e) {
            promise.fail(e);
        }
    }
}
