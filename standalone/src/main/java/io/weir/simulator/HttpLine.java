package io.weir.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A device that speaks Alink over HTTP (alink.md section 3): {@code /auth} for a token, then one
 * POST for each message, one at a time as a small device has it. It hears nothing.
 */
final class HttpLine implements Line {
    private record Waiting(int number, String topic, byte[] payload) {}

    private static final int FINE = 0;
    private static final int AUTH_REFUSED = 20_000;
    private static final int TOKEN_FIRST = 20_001;
    private static final int TOKEN_LAST = 20_004;
    private static final long TIMEOUT_MS = 15_000;

    private final HttpClient client;
    private final String base;
    private final Credential device;
    private final LongSupplier clock;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private @Nullable Owner owner;
    private String token = "";
    private boolean busy;
    private boolean silent;
    private long attempt;

    /**
     * @param base URL of the gateway's HTTP port
     */
    HttpLine(HttpClient client, String base, Credential device, LongSupplier clock) {
        this.client = client;
        this.base = base;
        this.device = device;
        this.clock = clock;
    }

    @Override
    public void open(Owner of) {
        owner = of;
        long mine = ++attempt;
        Map<String, String> body =
                Map.of(
                        "version", "default",
                        "clientId", device.cid(),
                        "signmethod", "hmacsha256",
                        "sign", device.password(),
                        "productKey", device.productKey(),
                        "deviceName", device.deviceName());
        ask("/auth", "application/json", Buffer.buffer(Json.bytes(body)), mine);
    }

    private void entered(Answer answer) {
        if (answer.code() == FINE) {
            token = answer.token();
            owner().online(clock.getAsLong());
        } else {
            apart(answer.code() == AUTH_REFUSED);
        }
    }

    @Override
    public void publish(int number, String topic, byte[] payload, boolean again) {
        queue.add(new Waiting(number, topic, payload));
        next();
    }

    private void next() {
        Waiting first = queue.peek();
        if (first != null && !busy && !silent && !token.isEmpty()) {
            busy = true;
            ask(
                    "/topic" + first.topic(),
                    "application/octet-stream",
                    Buffer.buffer(first.payload()),
                    attempt);
        }
    }

    private void taken(Answer answer) {
        busy = false;
        Waiting first = queue.peek();
        if (answer.code() == FINE && first != null) {
            queue.poll();
            owner().acked(first.number(), clock.getAsLong());
            next();
        } else {
            boolean expired = answer.code() >= TOKEN_FIRST && answer.code() <= TOKEN_LAST;
            apart(!expired && answer.code() == AUTH_REFUSED);
        }
    }

    private record Answer(int code, String token) {}

    private void ask(String path, String type, Buffer body, long mine) {
        RequestOptions request =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(base + path)
                        .setTimeout(TIMEOUT_MS)
                        .putHeader("Content-Type", type);
        if (!token.isEmpty()) {
            request.putHeader("password", token);
        }
        client.request(request)
                .compose(r -> r.send(body))
                .compose(r -> r.body())
                .map(HttpLine::answer)
                .onComplete(
                        result -> {
                            if (mine != attempt) {
                                return; // it was cut meanwhile
                            }
                            Answer answer =
                                    result.succeeded() ? result.result() : new Answer(-1, "");
                            if (token.isEmpty()) {
                                entered(answer);
                            } else {
                                taken(answer);
                            }
                        });
    }

    private static Answer answer(Buffer body) {
        var json = Json.tree(body.getBytes());
        return new Answer(json.path("code").asInt(-1), json.at("/info/token").asText());
    }

    @Override
    public void listen(boolean listening) {
        silent = !listening;
        next();
    }

    @Override
    public void cut() {
        attempt++;
        token = "";
        busy = false;
        silent = false;
        queue.clear();
    }

    @Override
    public void close() {
        cut();
    }

    private void apart(boolean refused) {
        cut();
        owner().apart(refused, clock.getAsLong());
    }

    private Owner owner() {
        if (owner == null) {
            throw new IllegalStateException("not opened");
        }
        return owner;
    }
}
