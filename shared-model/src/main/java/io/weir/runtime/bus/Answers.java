package io.weir.runtime.bus;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.weir.api.Op;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * Replies as bytes: an envelope of data or problem. The same bytes travel over the bus and over a
 * remote gateway's line.
 */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** What became of a question; an unexpected failure is logged and told as INTERNAL. */
    public static Buffer write(Op<?, ?> op, Call call, AsyncResult<?> done) {
        return Json.buffer(
                done.succeeded()
                        ? new Envelope(Json.MAPPER.valueToTree(done.result()), null)
                        : problem(op, call, done.cause()));
    }

    public static Buffer rejected(Rejected problem) {
        return Json.buffer(Envelope.rejected(problem));
    }

    /** The typed answer; failed with {@link Rejected} when the reply is a problem. */
    public static <Q, R> Future<R> read(Op<Q, R> op, Buffer body) {
        Envelope envelope = Json.read(body, Envelope.class);
        Envelope.Problem problem = envelope.problem();
        if (problem != null) {
            return Future.failedFuture(
                    new Rejected(
                            problem.code(), problem.status(), problem.message(), problem.errors()));
        }
        try {
            JsonNode data = envelope.data();
            R reply = Json.MAPPER.readerFor(Json.MAPPER.constructType(op.reply())).readValue(data);
            return Future.succeededFuture(reply);
        } catch (IOException e) {
            return Future.failedFuture(
                    new IllegalStateException(op.address() + " answered something else", e));
        }
    }

    private static Envelope problem(Op<?, ?> op, Call call, Throwable failure) {
        if (failure instanceof Rejected rejected) {
            return Envelope.rejected(rejected);
        }
        LOG.error("{} failed, request {}", op.address(), call.requestId(), failure);
        return Envelope.internal(call.requestId());
    }
}
