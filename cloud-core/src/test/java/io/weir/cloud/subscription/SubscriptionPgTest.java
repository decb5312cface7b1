package io.weir.cloud.subscription;

import static io.weir.cloud.subscription.SubscriptionWorld.as;
import static io.weir.cloud.subscription.SubscriptionWorld.fact;
import static io.weir.cloud.subscription.SubscriptionWorld.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.Acknowledge;
import io.weir.api.subscription.SubscriptionOps.CreateSubscription;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Login;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Seek;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * Numbers without holes, what belongs to whom, acknowledgement and replay, on a real PostgreSQL.
 */
class SubscriptionPgTest {
    private SubscriptionWorld world;

    @BeforeEach
    void start() {
        world = new SubscriptionWorld();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void aSubscriptionGetsWhatItIsAboutAndNothingElse() {
        Subscription mine = world.subscribe("/DEMO/", Kind.PROPERTY, Kind.MESSAGE);
        Subscription branch = world.subscribe("/DEMO/A001/", Kind.PROPERTY, Kind.EVENT);
        var coolers =
                world.ask(
                        as("/DEMO/"),
                        SubscriptionOps.CREATE,
                        new CreateSubscription(
                                "coolers", List.of("cooler"), List.of(Kind.PRESENCE)));
        world.take(
                post("d1", 1),
                post("d2", 2),
                post("d3", 3),
                fact(FactKind.EVENT_POST, "d2", "leak", "{\"ml\":5}"),
                fact(FactKind.ONLINE, "d1", "", "{\"connection\":1}"),
                fact(FactKind.ONLINE, "d2", "", "{\"connection\":2}"),
                fact(FactKind.MESSAGE, "d1", "user/raw", "\u0001bytes"),
                fact(FactKind.DISPENSE, "d1", "ended", "{}"));
        List<Message> all = world.pull("/DEMO/", mine, null, 0);
        assertThat(all).extracting(Message::seq).containsExactly(1L, 2L, 3L);
        assertThat(all).extracting(Message::deviceId).containsExactly("d1", "d2", "d1");
        assertThat(all.getFirst().payload()).hasToString("{level=1}");
        assertThat(all.getLast().name()).isEqualTo("user/raw");
        assertThat(all.getLast().payload()).isNull();
        assertThat(all.getLast().payloadBase64()).isEqualTo("AWJ5dGVz");
        assertThat(world.pull("/DEMO/", branch, null, 0))
                .extracting(m -> m.kind() + " " + m.deviceId() + " " + m.name())
                .containsExactly("PROPERTY d2 ", "EVENT d2 leak");
        assertThat(world.pull("/DEMO/", coolers, null, 0))
                .extracting(m -> m.name() + " " + m.deviceId())
                .containsExactly("online d1");
    }

    @Test
    void whatIsNotAcknowledgedComesAgainAndTwoNeverDisturbEachOther() {
        Subscription first = world.subscribe("/DEMO/", Kind.PROPERTY);
        Subscription second = world.subscribe("/DEMO/", Kind.PROPERTY);
        world.take(post("d1", 1), post("d1", 2), post("d1", 3));
        assertThat(world.pull("/DEMO/", first, null, 0)).hasSize(3);
        assertThat(world.pull("/DEMO/", first, null, 0)).hasSize(3);
        acknowledge(first, 2);
        acknowledge(first, 1); // late: never back
        assertThat(world.pull("/DEMO/", first, null, 0))
                .extracting(Message::seq)
                .containsExactly(3L);
        assertThat(world.pull("/DEMO/", first, 0L, 0)).hasSize(3);
        assertThat(acknowledge(first, 99).acknowledged()).isEqualTo(3);
        assertThat(world.pull("/DEMO/", second, null, 0)).hasSize(3);
        Subscription back =
                world.ask(
                        as("/DEMO/"),
                        SubscriptionOps.SEEK,
                        new Seek(first.subscriptionId(), 2L, null));
        assertThat(back.acknowledged()).isEqualTo(1);
        assertThat(world.pull("/DEMO/", first, null, 0))
                .extracting(Message::seq)
                .containsExactly(2L, 3L);
        world.ask(
                as("/DEMO/"),
                SubscriptionOps.SEEK,
                new Seek(first.subscriptionId(), null, java.time.Instant.EPOCH));
        assertThat(world.pull("/DEMO/", first, null, 0)).hasSize(3);
    }

    private Subscription acknowledge(Subscription s, long seq) {
        return world.ask(
                as("/DEMO/"),
                SubscriptionOps.ACKNOWLEDGE,
                new Acknowledge(s.subscriptionId(), seq));
    }

    /** Several partitions apply at once: a reader never sees a number appear below one it saw. */
    @Test
    void numbersHaveNoHolesAndNeverAppearLate() throws Exception {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        int writers = 4;
        int each = 40;
        CountDownLatch done = new CountDownLatch(writers);
        for (int w = 0; w < writers; w++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                var applier = world.applier();
                                for (int i = 0; i < each; i++) {
                                    world.take(applier, post("d1", i), post("d2", i));
                                }
                                done.countDown();
                            });
        }
        List<Long> seen = new ArrayList<>();
        while (seen.size() < 2 * writers * each) {
            long after = seen.isEmpty() ? 0 : seen.getLast();
            world.pull("/DEMO/", s, after, 5).forEach(m -> seen.add(m.seq()));
        }
        done.await();
        assertThat(seen)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 2 * writers * each)
                                .mapToObj(i -> (long) i)
                                .toList());
    }

    @Test
    void aReaderThatWaitsHearsOfWhatComes() {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        Future<List<Message>> waiting =
                world.bus.call(
                        SubscriptionOps.PULL,
                        new Pull(s.subscriptionId(), null, 10, 20),
                        as("/DEMO/"));
        world.take(post("d1", 7));
        assertThat(waiting.await()).hasSize(1);
    }

    @Test
    void strangersFindNothingAndSecretsAreNotGuessed() {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        world.take(post("d1", 1));
        assertThatThrownBy(() -> world.pull("/OTHR/", s, null, 0)).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> world.pull("/DEMO/A001/", s, null, 0))
                .isInstanceOf(Rejected.class);
        assertThat(login(s.subscriptionId(), s.secret()).tenant()).isEqualTo("/DEMO/");
        assertThatThrownBy(() -> login(s.subscriptionId(), "wrong")).isInstanceOf(Rejected.class);
        Subscription turned =
                world.ask(
                        as("/DEMO/"),
                        SubscriptionOps.ROTATE,
                        new GetSubscription(s.subscriptionId()));
        assertThatThrownBy(() -> login(s.subscriptionId(), s.secret()))
                .isInstanceOf(Rejected.class);
        assertThat(login(s.subscriptionId(), turned.secret()).secret()).isNull();
    }

    private Subscription login(String id, String secret) {
        return world.ask(as("/DEMO/"), SubscriptionOps.LOGIN, new Login(id, secret));
    }

    @Test
    void limitsAreKept() {
        world.subscribe("/DEMO/", Kind.PROPERTY);
        world.subscribe("/DEMO/", Kind.PROPERTY);
        Subscription third = world.subscribe("/DEMO/", Kind.PROPERTY);
        assertThatThrownBy(() -> world.subscribe("/DEMO/", Kind.PROPERTY))
                .hasMessageContaining("3 subscriptions at most");
        Entry[] many = IntStream.range(0, 600).mapToObj(i -> post("d1", i)).toArray(Entry[]::new);
        world.take(many);
        world.take(many);
        world.take(many); // 1200 wait already: not taken, and said so
        Subscription full =
                world.ask(
                        as("/DEMO/"),
                        SubscriptionOps.GET,
                        new GetSubscription(third.subscriptionId()));
        assertThat(full.last()).isEqualTo(1200);
        assertThat(full.skipped()).isEqualTo(600);
        acknowledge(third, 1200);
        world.take(post("d1", 1));
        assertThat(world.pull("/DEMO/", third, null, 0))
                .extracting(Message::seq)
                .containsExactly(1201L);
    }

    @Test
    void oldDaysAreCutOffAndYoungOnesStay() {
        Subscription s = world.subscribe("/DEMO/", Kind.PROPERTY);
        world.take(post("d1", 1));
        assertThat(world.tx.system(MessageStore::cutOff)).isZero();
        world.tx.system(
                c -> c.query("UPDATE subscription.message SET day = day - 7").execute().await());
        assertThat(world.tx.system(MessageStore::cutOff)).isEqualTo(1);
        assertThat(world.pull("/DEMO/", s, null, 0)).isEmpty();
        world.take(post("d1", 2));
        assertThat(world.pull("/DEMO/", s, null, 0)).extracting(Message::seq).containsExactly(2L);
    }
}
