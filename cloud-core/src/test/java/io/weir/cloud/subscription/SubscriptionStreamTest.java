package io.weir.cloud.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.cloud.http.ApiFixture;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** A subscription's messages as server-sent events. */
class SubscriptionStreamTest {
    private ApiFixture api;
    private SubscriptionWorld world;

    @BeforeEach
    void open() {
        api = new ApiFixture();
        world = new SubscriptionWorld(api.vertx, api.bus, api.db);
        api.api(
                ApiFixture.CONFIG,
                List.of(SubscriptionRoutes.CONTEXT),
                new SubscriptionStreams(api.vertx, api.bus, api.time, 1));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void messagesComeInOrderAndGoOnBehindTheLastOne() {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        world.take(SubscriptionWorld.post("d1", 1), SubscriptionWorld.post("d2", 2));
        String path = "/streams/subscriptions/" + s.subscriptionId();
        String owner = api.token(Role.VENDOR, "/DEMO/");
        try (var stream = api.events(path, owner, null)) {
            assertThat(stream.next())
                    .startsWith("id: 1", "event: PROPERTY")
                    .anyMatch(l -> l.contains("\"level\":1"));
            assertThat(stream.next()).startsWith("id: 2");
            world.take(SubscriptionWorld.post("d1", 3));
            assertThat(stream.next()).startsWith("id: 3");
            assertThat(api.get(path, owner).status()).as("one more than may be").isEqualTo(503);
        }
        Map<String, Integer> seq = Map.of("seq", 1);
        api.post("/subscriptions/" + s.subscriptionId() + "/acks", owner, seq);
        awaitClosed(path);
        try (var stream = api.events(path, owner, null)) {
            assertThat(stream.next()).as("behind what was acknowledged").startsWith("id: 2");
        }
        awaitClosed(path);
        try (var stream = api.events(path, owner, "2")) {
            assertThat(stream.next()).as("behind Last-Event-ID").startsWith("id: 3");
        }
        awaitClosed(path);
        assertThat(api.get(path, api.token(Role.VENDOR, "/OTHR/")).status()).isEqualTo(404);
        assertThat(api.get(path, api.token(Role.MEMBER, "/DEMO/")).status()).isEqualTo(403);
    }

    /** The one stream that may be open is free again. */
    private void awaitClosed(String path) {
        String stranger = api.token(Role.VENDOR, "/OTHR/");
        for (int i = 0; i < 200; i++) {
            if (api.get(path, stranger).status() == 404) {
                return;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("the stream is still open");
    }
}
