package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

class IdempotencyTest {
    private static ApiFixture api;
    private static Probe probe;
    private static String member;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        probe = new Probe(api.bus);
        api.api(ApiFixture.CONFIG, List.of(Probe.CONTEXT)).context(probe);
        member = api.token(Role.MEMBER, "/DEMO/");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Reply create(String token, String key, String body) {
        return api.post("/probe/things", token, body, Map.of("Idempotency-Key", key));
    }

    private static Reply flaky(String key, int waitMs, int status) {
        return api.post(
                "/probe/flaky",
                member,
                "{\"wait_ms\":" + waitMs + ",\"status\":" + status + "}",
                Map.of("Idempotency-Key", key));
    }

    @Test
    void withoutAKeyNothingIsDone() {
        int before = probe.created.get();
        Reply reply = api.post("/probe/things", member, Map.of("name", "x", "amount", 1));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("IDEMPOTENCY_KEY_REQUIRED");
        assertThat(create(member, "a b", "{\"name\":\"x\",\"amount\":1}").code())
                .isEqualTo("MALFORMED");
        assertThat(probe.created).hasValue(before);
    }

    @Test
    void theSameKeyAndRequestReplaysTheAnswer() {
        Reply first = create(member, "replay", "{\"name\":\"x\",\"amount\":1.5}");
        Reply second = create(member, "replay", "{ \"amount\": 1.50, \"name\": \"x\" }");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.raw().body()).isEqualTo(first.raw().body());
        assertThat(first.header("Idempotency-Hit")).isEmpty();
        assertThat(second.header("Idempotency-Hit")).isEqualTo("true");
    }

    @Test
    void theSameKeyWithAnotherRequestIs409() {
        create(member, "other", "{\"name\":\"x\",\"amount\":1}");
        Reply reply = create(member, "other", "{\"name\":\"x\",\"amount\":2}");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void aKeyBelongsToItsCallerAndOperation() {
        Reply first = create(member, "scoped", "{\"name\":\"x\",\"amount\":1}");
        String other = api.token(Role.MEMBER, "/DEMO/", "TESTFFFFFFFFFFFFFFFF");
        Reply second = create(other, "scoped", "{\"name\":\"y\",\"amount\":2}");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.data().path("id")).isNotEqualTo(first.data().path("id"));
        assertThat(flaky("scoped", 0, 0).status()).isEqualTo(201);
    }

    @Test
    void ofConcurrentRequestsOneDoesTheWork() {
        int before = probe.flaky.get();
        var replies =
                java.util.stream.IntStream.range(0, 10)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> flaky("storm", 300, 0)))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();
        assertThat(replies).allMatch(r -> r.status() == 201);
        assertThat(replies.stream().map(r -> new String(r.raw().body())).distinct()).hasSize(1);
        assertThat(probe.flaky.get() - before).isEqualTo(1);
    }

    @Test
    void whoWaitsTooLongForTheFirstGets409() {
        var first = CompletableFuture.supplyAsync(() -> flaky("slow", 3500, 0));
        await(200);
        Reply second = flaky("slow", 3500, 0);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("IDEMPOTENCY_IN_PROGRESS");
        assertThat(first.join().status()).isEqualTo(201);
        assertThat(flaky("slow", 3500, 0).header("Idempotency-Hit")).isEqualTo("true");
    }

    @Test
    void aRefusalIsRememberedAndAnUnknownOutcomeRunsAgain() {
        int before = probe.flaky.get();
        assertThat(flaky("no", 0, 422).status()).isEqualTo(422);
        Reply again = flaky("no", 0, 422);
        assertThat(again.header("Idempotency-Hit")).isEqualTo("true");
        assertThat(probe.flaky.get() - before).isEqualTo(1);
        assertThat(flaky("unknown", 0, 503).status()).isEqualTo(503);
        assertThat(flaky("unknown", 0, 503).header("Idempotency-Hit")).isEmpty();
        assertThat(probe.flaky.get() - before).isEqualTo(3);
    }

    @Test
    void aClaimOfACrashedNodeIsTakenOverWhenItsLeaseEnds() {
        Reply first = create(member, "crash", "{\"name\":\"x\",\"amount\":1}");
        api.tx.system(
                c ->
                        c.preparedQuery(
                                        "UPDATE http.idempotency SET status = NULL, body = NULL,"
                                            + " lease_until = now() - interval '1 second' WHERE key"
                                            + " = $1")
                                .execute(Tuple.of("crash"))
                                .await());
        Reply second = create(member, "crash", "{\"name\":\"x\",\"amount\":1}");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Hit")).isEmpty();
        assertThat(second.data().path("id")).isNotEqualTo(first.data().path("id"));
    }

    private static void await(long ms) {
        api.vertx.timer(ms).await();
    }
}
