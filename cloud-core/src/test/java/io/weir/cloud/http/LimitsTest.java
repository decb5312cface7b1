package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

class LimitsTest {
    private static final ApiConfig TIGHT =
            new ApiConfig(
                    0,
                    "127.0.0.1",
                    "",
                    1 << 20,
                    2,
                    Duration.ofMillis(800),
                    Duration.ofSeconds(30),
                    2,
                    5,
                    1,
                    3,
                    false,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(60),
                    Duration.ofDays(7),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1));

    @Test
    void aBucketRefillsWithTimeAndHoldsNoMoreThanItsBurst() {
        ManualTime time = new ManualTime(Instant.EPOCH, "b");
        RateLimits limits = new RateLimits(time);
        assertThat(IntStream.range(0, 5).filter(i -> limits.take("a", 2, 3) == 0).count())
                .isEqualTo(3);
        time.advance(Duration.ofMillis(500));
        assertThat(limits.take("a", 2, 3)).isZero();
        assertThat(limits.take("a", 2, 3)).isPositive();
        time.advance(Duration.ofHours(1));
        assertThat(IntStream.range(0, 9).filter(i -> limits.take("a", 2, 3) == 0).count())
                .isEqualTo(3);
        assertThat(limits.take("b", 2, 3)).isZero();
        time.advance(Duration.ofMinutes(3));
        limits.sweep();
        assertThat(limits.size()).isZero();
    }

    @Test
    void whoAsksTooOftenGets429WithRetryAfterAndOthersAreUnharmed() {
        try (ApiFixture api = new ApiFixture()) {
            api.api(TIGHT, List.of(Probe.CONTEXT)).context(new Probe(api.bus));
            String loud = api.token(Role.VENDOR, "/DEMO/", "TEST000000000000000A");
            List<Reply> replies =
                    IntStream.range(0, 10).mapToObj(i -> api.get("/probe/things", loud)).toList();
            assertThat(replies).extracting(Reply::status).contains(200, 429);
            Reply refused = replies.getLast();
            assertThat(refused.code()).isEqualTo("TOO_MANY_REQUESTS");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            String quiet = api.token(Role.VENDOR, "/DEMO/", "TEST000000000000000B");
            assertThat(api.get("/probe/things", quiet).status()).isEqualTo(200);
        }
    }

    @Test
    void aSlowContextEndsIn503AndTooManyAtOnceAreTurnedAway() {
        try (ApiFixture api = new ApiFixture()) {
            api.api(TIGHT, List.of(Probe.CONTEXT)).context(new Probe(api.bus));
            List<Reply> replies =
                    IntStream.range(0, 4)
                            .mapToObj(
                                    i ->
                                            CompletableFuture.supplyAsync(
                                                    () ->
                                                            api.post(
                                                                    "/probe/flaky",
                                                                    api.token(
                                                                            Role.MEMBER,
                                                                            "/DEMO/",
                                                                            "TEST00000000000000A"
                                                                                    + i),
                                                                    "{\"wait_ms\":3000,\"status\":0}",
                                                                    Map.of(
                                                                            "Idempotency-Key",
                                                                            "k"))))
                            .toList()
                            .stream()
                            .map(CompletableFuture::join)
                            .toList();
            assertThat(replies).allMatch(r -> r.status() == 503 && r.code().equals("UNAVAILABLE"));
            assertThat(
                            replies.stream()
                                    .filter(
                                            r ->
                                                    r.json()
                                                            .path("message")
                                                            .asText()
                                                            .contains("busy")))
                    .hasSize(2);
            String member = api.token(Role.MEMBER, "/DEMO/");
            assertThat(api.get("/probe/things", member).status()).isEqualTo(200);
        }
    }
}
