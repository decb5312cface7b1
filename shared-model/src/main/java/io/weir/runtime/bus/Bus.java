package io.weir.runtime.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Typed questions and hints over the Vert.x event bus. The bus may lose anything at any time: a
 * lost question ends as UNAVAILABLE (503) after the operation's timeout, and asking again with the
 * same idempotency key is safe.
 */
public final class Bus {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final int MOST_OPEN = 1000;
    private static final String UID = "uid";
    private static final String ROLE = "role";
    private static final String PATH = "path";
    private static final String MEMBER = "member";
    private static final String OWN = "own";
    private static final String KEY = "idempotency-key";
    private static final String REQUEST_ID = "request-id";

    private final Vertx vertx;

    public Bus(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Asks and gives the typed answer. Fails only with {@link Rejected}. */
    public <Q, R> Future<R> call(Op<Q, R> op, Q request, Call call) {
        var options =
                new DeliveryOptions()
                        .setSendTimeout(op.timeout().toMillis())
                        .setHeaders(headers(call));
        return ask(op.address(), Json.buffer(request), options)
                .transform(
                        done ->
                                done.succeeded()
                                        ? Answers.read(op, done.result().body())
                                        : Future.failedFuture(
                                                unavailable(op.address(), done.cause())));
    }

    /**
     * Passes on somebody's question, typed elsewhere, as the bytes that it is. Never fails: no
     * answer is an answer too, an envelope that says UNAVAILABLE.
     *
     * @param address the caller must have made sure that it may be asked
     */
    public Future<Buffer> relay(String address, Buffer request, Duration wait, Call call) {
        var options =
                new DeliveryOptions().setSendTimeout(wait.toMillis()).setHeaders(headers(call));
        return ask(address, request, options)
                .map(Message::body)
                .otherwise(cause -> Answers.rejected(unavailable(address, cause)));
    }

    /**
     * Who serves here is asked first, another node only where nobody does: else a node that is cut
     * off from PostgreSQL would spoil its share of everybody's questions. What nobody here has
     * taken was not delivered, so it is not asked twice.
     */
    private Future<Message<Buffer>> ask(String address, Buffer request, DeliveryOptions options) {
        return vertx.eventBus()
                .<Buffer>request(address, request, new DeliveryOptions(options).setLocalOnly(true))
                .recover(
                        e ->
                                e instanceof ReplyException r
                                                && r.failureType() == ReplyFailure.NO_HANDLERS
                                        ? vertx.eventBus().request(address, request, options)
                                        : Future.failedFuture(e));
    }

    /**
     * Passes on what is put to an address, as the bytes that it is.
     *
     * @param pass answers the envelope of the reply; a failure of it leaves the asker without one
     */
    public MessageConsumer<Buffer> serveRelay(
            String address, BiFunction<Call, Buffer, Future<Buffer>> pass) {
        return vertx.eventBus()
                .consumer(
                        address,
                        message ->
                                pass.apply(call(message.headers()), message.body())
                                        .onSuccess(message::reply));
    }

    /** Hears a signal as the bytes that it is. */
    public MessageConsumer<Buffer> hear(String address, Consumer<Buffer> listener) {
        return vertx.eventBus().consumer(address, message -> listener.accept(message.body()));
    }

    /**
     * Serves an operation with straight-line code; the calling verticle must run on virtual
     * threads. A consumer hands out its next message only when its handler has returned, and this
     * one waits in the middle, so each question gets a task of its own; more than {@value
     * #MOST_OPEN} at once are refused.
     */
    public <Q, R> MessageConsumer<Buffer> serve(Op<Q, R> op, Handler<Q, R> handler) {
        Context context = vertx.getOrCreateContext();
        AtomicInteger open = new AtomicInteger();
        return serveAsync(
                op,
                (call, request) -> {
                    if (open.incrementAndGet() > MOST_OPEN) {
                        open.decrementAndGet();
                        throw new Rejected(CommonError.UNAVAILABLE, op.address() + " is too busy");
                    }
                    Promise<R> answer = Promise.promise();
                    context.runOnContext(
                            task -> {
                                try {
                                    answer.complete(handler.handle(call, request));
                                } catch (Throwable e) { // await() throws what a future failed with
                                    answer.fail(e);
                                } finally {
                                    open.decrementAndGet();
                                }
                            });
                    return answer.future();
                });
    }

    /** Serves an operation on an event loop. */
    public <Q, R> MessageConsumer<Buffer> serveAsync(Op<Q, R> op, AsyncHandler<Q, R> handler) {
        return vertx.eventBus()
                .consumer(
                        op.address(),
                        message -> {
                            Call call = call(message.headers());
                            answerTo(op, handler, call, message)
                                    .onComplete(
                                            done -> message.reply(Answers.write(op, call, done)));
                        });
    }

    public <T> void publish(Signal<T> signal, T body) {
        vertx.eventBus().publish(signal.address(), Json.buffer(body));
    }

    public <T> MessageConsumer<Buffer> subscribe(Signal<T> signal, Consumer<T> listener) {
        return vertx.eventBus()
                .consumer(
                        signal.address(),
                        message -> {
                            try {
                                listener.accept(Json.read(message.body(), signal.body()));
                            } catch (Exception e) {
                                LOG.warn("signal {} not understood", signal.address(), e);
                            }
                        });
    }

    private static <Q, R> Future<R> answerTo(
            Op<Q, R> op, AsyncHandler<Q, R> handler, Call call, Message<Buffer> message) {
        try {
            return handler.handle(call, Json.read(message.body(), op.request()));
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static Rejected unavailable(String address, Throwable cause) {
        String why =
                cause instanceof ReplyException r
                        ? r.failureType().name()
                        : String.valueOf(cause.getMessage());
        return new Rejected(
                CommonError.UNAVAILABLE, address + " did not answer (" + why + "), try again");
    }

    private static MultiMap headers(Call call) {
        Actor actor = call.actor();
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap()
                        .add(UID, actor.uid())
                        .add(ROLE, actor.role().name())
                        .add(PATH, actor.scope().path())
                        .add(REQUEST_ID, call.requestId());
        if (actor.scope().member() != null) {
            headers.add(MEMBER, actor.scope().member());
        }
        if (actor.scope().own()) {
            headers.add(OWN, "on");
        }
        if (call.idempotencyKey() != null) {
            headers.add(KEY, call.idempotencyKey());
        }
        return headers;
    }

    private static Call call(MultiMap headers) {
        var scope = new Scope(headers.get(PATH), headers.get(MEMBER), headers.contains(OWN));
        return new Call(
                new Actor(headers.get(UID), Role.valueOf(headers.get(ROLE)), scope),
                headers.get(KEY),
                headers.get(REQUEST_ID));
    }
}
