package io.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Alink over HTTP byte by byte, against a server that says what section 3 of the facts says. */
class HttpLineTest {
    private static final Credential DEVICE =
            new Credential("", "pkDemo00001", "dev-01", "ds0123456789abcdef0123456789abcd", "", 0);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
    private volatile int code;
    private HttpLine line;
    private String base;

    private final Line.Owner owner =
            new Line.Owner() {
                @Override
                public void online(long at) {
                    told.add("online");
                }

                @Override
                public void apart(boolean refused, long at) {
                    told.add(refused ? "refused" : "apart");
                }

                @Override
                public void acked(int number, long at) {
                    told.add("acked " + number);
                }

                @Override
                public void message(String topic, byte[] payload, long at) {
                    told.add("message");
                }
            };

    @BeforeEach
    void start() {
        HttpServer server =
                vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1").await();
        base = "http://127.0.0.1:" + server.actualPort();
        line = new HttpLine(vertx.createHttpClient(), base, DEVICE, () -> 0);
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private void serve(HttpServerRequest request) {
        paths.add(request.path());
        request.body()
                .onSuccess(
                        body -> {
                            if (request.path().equals("/auth")) {
                                JsonNode asked = Json.tree(body.getBytes());
                                // vector 12 of the facts: the C SDK's own
                                boolean right =
                                        asked.get("sign")
                                                        .asText()
                                                        .equals(
                                                                "7e4d6ca69847a4ff60a217efbb2d81ea6c5dab1553d0d0cb01b5121949c95375")
                                                && code == 0;
                                request.response()
                                        .end(
                                                right
                                                        ? "{\"code\":0,\"message\":\"success\",\"info\":{\"token\":\"t1\"}}"
                                                        : "{\"code\":20000,\"message\":\"auth check"
                                                                + " error\"}");
                            } else {
                                boolean mine = "t1".equals(request.getHeader("password"));
                                request.response()
                                        .end(
                                                "{\"code\":%d,\"message\":\"\",\"info\":{\"messageId\":892687627916247040}}"
                                                        .formatted(mine ? code : 20_003));
                            }
                        });
    }

    @Test
    void itLogsInAndPostsInOrder() throws InterruptedException {
        onLoop(() -> line.open(owner));
        assertThat(next()).isEqualTo("online");
        String topic = DEVICE.topic("thing/event/property/post");
        onLoop(
                () -> {
                    for (int n = 1; n <= 3; n++) {
                        line.publish(n, topic, "{}".getBytes(), false);
                    }
                });
        assertThat(List.of(next(), next(), next()))
                .containsExactly("acked 1", "acked 2", "acked 3");
        assertThat(paths).contains("/auth", "/topic" + topic);
    }

    @Test
    void anExpiredTokenIsNoRefusal() throws InterruptedException {
        onLoop(() -> line.open(owner));
        assertThat(next()).isEqualTo("online");
        code = 20_001;
        onLoop(() -> line.publish(1, DEVICE.topic("x"), "{}".getBytes(), false));
        assertThat(next()).isEqualTo("apart");
    }

    @Test
    void badCredentialsAreOne() throws InterruptedException {
        code = 1;
        onLoop(() -> line.open(owner));
        assertThat(next()).isEqualTo("refused");
    }

    /** A line belongs to one event loop, as each device of the simulation has it. */
    private void onLoop(Runnable deed) {
        loop.runOnContext(nothing -> deed.run());
    }

    private String next() throws InterruptedException {
        String event = told.poll(10, TimeUnit.SECONDS);
        return event == null ? "nothing" : event;
    }
}
