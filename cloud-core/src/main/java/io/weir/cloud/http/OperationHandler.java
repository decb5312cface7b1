package io.weir.cloud.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.Op;
import io.weir.cloud.tokens.Claims;
import io.weir.model.access.Actor;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One operation of the contract, from request to reply: session and role, rate, idempotency key,
 * request check, question on the bus, envelope.
 */
final class OperationHandler implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(OperationHandler.class);
    private static final String KEY_HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[!-~]{1,128}");
    private static final ObjectWriter CANONICAL =
            Json.MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    private final Operation operation;
    private final ApiParts parts;
    private final ApiConfig config;
    private final Guard guard;
    private final Idempotency idempotency;
    private final Map<Integer, Timer> timers = new HashMap<>();

    OperationHandler(
            Operation operation,
            ApiParts parts,
            ApiConfig config,
            Guard guard,
            Idempotency idempotency) {
        this.operation = operation;
        this.parts = parts;
        this.config = config;
        this.guard = guard;
        this.idempotency = idempotency;
    }

    @Override
    public void handle(RoutingContext context) {
        long began = System.nanoTime();
        answer(context)
                .onComplete(
                        done -> {
                            Answer answer =
                                    done.succeeded()
                                            ? done.result()
                                            : failed(context, done.cause());
                            timer(answer.status())
                                    .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                            answer.send(context);
                        });
    }

    private Future<Answer> answer(RoutingContext context) {
        try {
            Claims claims = operation.isPublic() ? null : guard.admit(context, operation);
            if (claims == null) {
                limitAddress(context);
            }
            String key = key(context);
            ObjectNode request = RequestReader.read(context, operation);
            if (operation.session() && claims != null) {
                request.put("session", claims.sid());
            }
            if (operation.address()) {
                request.put("client_address", ClientAddress.of(context, config.trustForwarded()));
            }
            Actor actor = claims == null ? Guard.ANONYMOUS : claims.actor();
            Call call = new Call(actor, key, RequestIds.of(context));
            if (!operation.keyed() || key == null) {
                return ask(operation.op(), request, call);
            }
            var id = new IdempotencyStore.Key(actor.uid(), operation.id(), key);
            return idempotency.once(id, hash(request), () -> ask(operation.op(), request, call));
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** Who is known is limited by name at the guard. */
    private void limitAddress(RoutingContext context) {
        parts.limits()
                .demand(
                        "a:" + ClientAddress.of(context, config.trustForwarded()),
                        config.addressPerSecond(),
                        config.addressBurst());
    }

    private @Nullable String key(RoutingContext context) {
        String key = context.request().getHeader(KEY_HEADER);
        if (key == null && operation.keyed()) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REQUIRED,
                    "the header Idempotency-Key is required",
                    List.of(new FieldError(KEY_HEADER, "is required")));
        }
        if (key != null && !KEY.matcher(key).matches()) {
            throw new Rejected(
                    CommonError.MALFORMED,
                    "Idempotency-Key must be 1 to 128 visible ASCII characters",
                    List.of(new FieldError(KEY_HEADER, "must match [!-~]{1,128}")));
        }
        return key;
    }

    private <Q, R> Future<Answer> ask(Op<Q, R> op, ObjectNode request, Call call) {
        return parts.bus()
                .call(op, convert(op, request), call)
                .map(result -> Answer.of(operation.status(), result))
                .recover(
                        fault ->
                                fault instanceof Rejected r
                                        ? Future.succeededFuture(Answer.of(r))
                                        : Future.failedFuture(fault));
    }

    private static <Q> Q convert(Op<Q, ?> op, ObjectNode request) {
        try {
            return Json.MAPPER.treeToValue(request, op.request());
        } catch (JsonMappingException e) {
            String field =
                    e.getPath().stream()
                            .map(
                                    p ->
                                            p.getFieldName() == null
                                                    ? "[" + p.getIndex() + "]"
                                                    : p.getFieldName())
                            .collect(Collectors.joining("."));
            throw Rejected.invalid(field, "has a wrong value");
        } catch (JsonProcessingException e) {
            throw new Rejected(CommonError.INVALID, "the request has a wrong value");
        }
    }

    /** The same request in other words (order, white space, 0.50 for 0.5) has the same hash. */
    private static Buffer hash(ObjectNode request) {
        try {
            return Buffer.buffer(
                    MessageDigest.getInstance("SHA-256")
                            .digest(CANONICAL.writeValueAsBytes(canonical(request))));
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object canonical(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            node.properties().forEach(e -> fields.put(e.getKey(), canonical(e.getValue())));
            return fields;
        }
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            node.forEach(item -> items.add(canonical(item)));
            return items;
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros() : node;
    }

    private Answer failed(RoutingContext context, Throwable fault) {
        if (fault instanceof Rejected r) {
            LOG.debug("{} refused: {} {}", operation.id(), r.code(), r.getMessage());
            return Answer.of(r);
        }
        LOG.error("{} failed, request {}", operation.id(), RequestIds.of(context), fault);
        return Answer.internal(RequestIds.of(context));
    }

    private Timer timer(int status) {
        return timers.computeIfAbsent(
                status,
                s ->
                        Timer.builder("weir.http.requests")
                                .tag("operation", operation.id())
                                .tag("status", String.valueOf(s))
                                .register(parts.metrics().registry()));
    }
}
