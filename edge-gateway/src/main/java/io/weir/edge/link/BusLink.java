package io.weir.edge.link;

import io.vertx.core.AsyncResult;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The link over some Vert.x event bus that comes and goes. What was served or subscribed is
 * remembered and put on every new bus; the gateway's own (local, never clustered) Vert.x keeps
 * running beneath it.
 */
public final class BusLink implements CloudLink {
    /**
     * @param asked what waits for an answer. A bus that is closed drops its timers, so nothing else
     *     would ever end these.
     */
    private record Attached(Bus bus, Set<Asked> asked) {}

    private record Asked(Context caller, Promise<?> promise) {
        void lost() {
            caller.runOnContext(v -> promise.tryFail(noLink()));
        }
    }

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
        Attached now = new Attached(new Bus(vertx), ConcurrentHashMap.newKeySet());
        attached = now;
        registrations.forEach(register -> register.accept(now));
        listeners.forEach(listener -> listener.accept(true));
    }

    /** The bus is gone; what was asked over it fails. */
    public synchronized void detach() {
        Attached gone = attached;
        attached = null;
        if (gone != null) {
            gone.asked().forEach(Asked::lost);
        }
        listeners.forEach(listener -> listener.accept(false));
    }

    @Override
    public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
        Attached now = attached;
        if (now == null) {
            return Future.failedFuture(noLink());
        }
        Promise<R> promise = Promise.promise();
        Asked asked = new Asked(local.getOrCreateContext(), promise);
        now.asked().add(asked);
        if (attached != now) {
            asked.lost(); // it went in between, and may have missed this one
        }
        ask(now.bus(), op, request)
                .onComplete(
                        done -> {
                            now.asked().remove(asked);
                            asked.caller().runOnContext(v -> tell(promise, done));
                        });
        return promise.future();
    }

    private <Q, R> Future<R> ask(Bus bus, Op<Q, R> op, Q request) {
        var actor = new Actor("gateway:" + gateway, Role.PLATFORM, Scope.PLATFORM);
        try {
            return bus.call(op, request, new Call(actor, null, UUID.randomUUID().toString()));
        } catch (Exception e) { // what a bus says that is closed already
            return Future.failedFuture(noLink());
        }
    }

    private static <R> void tell(Promise<R> promise, AsyncResult<R> done) {
        if (done.succeeded()) {
            promise.tryComplete(done.result());
        } else {
            promise.tryFail(done.cause());
        }
    }

    private static Rejected noLink() {
        return new Rejected(CommonError.UNAVAILABLE, "no link to the cloud");
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
