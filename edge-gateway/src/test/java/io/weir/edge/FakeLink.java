package io.weir.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.AsyncHandler;
import io.weir.runtime.bus.Call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** A cloud that answers what a test tells it to. */
public final class FakeLink implements CloudLink {
    public final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final Map<String, Function<Object, Object>> answers = new ConcurrentHashMap<>();
    private final Map<String, AsyncHandler<?, ?>> served = new ConcurrentHashMap<>();
    private final Map<String, List<Consumer<?>>> listeners = new ConcurrentHashMap<>();
    private final List<Consumer<Boolean>> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean up = true;

    /** The answer to an operation; a null answer never comes, a thrown Rejected is the answer. */
    @SuppressWarnings("unchecked")
    public <Q, R> void answer(Op<Q, R> op, Function<Q, R> answer) {
        answers.put(op.address(), q -> answer.apply((Q) q));
    }

    public void up(boolean up) {
        this.up = up;
        watchers.forEach(w -> w.accept(up));
    }

    @SuppressWarnings("unchecked")
    public <Q, R> Future<R> ask(Op<Q, R> op, Q request) {
        return ((AsyncHandler<Q, R>) served.get(op.address())).handle(Call.system("test"), request);
    }

    @SuppressWarnings("unchecked")
    public <T> void signal(Signal<T> signal, T body) {
        listeners
                .getOrDefault(signal.address(), List.of())
                .forEach(l -> ((Consumer<T>) l).accept(body));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
        asked.merge(op.address(), 1, Integer::sum);
        Context context = Vertx.currentContext();
        Promise<R> promise =
                context == null ? Promise.promise() : ((ContextInternal) context).promise();
        Function<Object, Object> answer = answers.get(op.address());
        if (!up || answer == null) {
            promise.fail(new Rejected(CommonError.UNAVAILABLE, "the link is down"));
            return promise.future();
        }
        try {
            Object reply = answer.apply(request);
            if (reply != null) {
                promise.complete((R) reply);
            }
        } catch (Rejected e) {
            promise.fail(e);
        }
        return promise.future();
    }

    @Override
    public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {
        Context context = Vertx.currentContext();
        AsyncHandler<Q, R> onItsContext =
                (call, request) -> {
                    Promise<R> answer = Promise.promise();
                    Runnable ask = () -> handler.handle(call, request).onComplete(answer);
                    if (context == null) {
                        ask.run();
                    } else {
                        context.runOnContext(v -> ask.run());
                    }
                    return answer.future();
                };
        served.put(op.address(), onItsContext);
    }

    @Override
    public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {
        listeners
                .computeIfAbsent(signal.address(), a -> new CopyOnWriteArrayList<>())
                .add(listener);
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public void onChange(Consumer<Boolean> listener) {
        watchers.add(listener);
    }
}
