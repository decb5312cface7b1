package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.ledger.LedgerApi;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded schedules of requests in random batches, with duplicates, keys used again for something
 * else, and batches killed before their commit and asked again. What must come out is counted by
 * the test itself, from nothing but the requests and their answers.
 */
class LedgerSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.ledger.seeds", 700);

    @Test
    void anySchedulePostsEveryRequestOnceAndBalances() {
        int[] hits = new int[4];
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Run(seed, hits).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("ledger simulation failed with seed " + seed, e);
            }
        }
        assertThat(hits).as("killed, repeated, key reused, refunds").doesNotContain(0);
    }

    private static final class Run {
        private static final int MEMBERS = 3;
        private final Random random;
        private final int[] hits;
        private final MemoryLedger ledger = new MemoryLedger();
        private final List<Command> history = new ArrayList<>();
        private final List<String> holds = new ArrayList<>();
        private final Map<String, long[]> oracle = new HashMap<>();
        private final Map<String, Long> holdAmount = new HashMap<>();
        private final Map<String, String> holdOwner = new HashMap<>();
        private final Map<String, String> answers = new HashMap<>();
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private int number;

        Run(long seed, int[] hits) {
            this.random = new Random(seed);
            this.hits = hits;
        }

        void play() {
            for (int step = 0; step < 40; step++) {
                now = now.plus(Duration.ofHours(random.nextInt(12)));
                List<Command> batch = new ArrayList<>();
                for (int i = random.nextInt(8); i >= 0; i--) {
                    batch.add(next());
                }
                if (random.nextInt(5) == 0) {
                    hits[0]++;
                    ledger.run(batch, now, false);
                    Collections.shuffle(batch, random);
                }
                List<Verdict> verdicts = ledger.run(batch, now, true);
                for (int i = 0; i < batch.size(); i++) {
                    count(batch.get(i), verdicts.get(i));
                }
                history.addAll(batch);
                check();
            }
        }

        private Command next() {
            String key = "k" + number++;
            String uid = "DEMO00000000000000A" + random.nextInt(MEMBERS);
            long fen = 1 + random.nextInt(500);
            String hold =
                    holds.isEmpty()
                            ? "1"
                            : holds.get(Math.max(0, holds.size() - 1 - random.nextInt(12)));
            return switch (random.nextInt(12)) {
                case 0, 1 -> Asks.topUp(key, uid, fen * 2);
                case 2, 3, 4 -> Asks.hold(key, uid, fen);
                case 5, 6 -> Asks.capture(key, hold, Asks.legs(fen));
                case 7 -> Asks.release(key, hold);
                case 8 -> Asks.refund(key, hold, fen / 3 + 1);
                case 9 -> mature(hold);
                case 10 ->
                        history.isEmpty()
                                ? Asks.topUp(key, uid, fen)
                                : history.get(random.nextInt(history.size()));
                default -> Asks.hold("k" + random.nextInt(number), uid, 501 + fen);
            };
        }

        private Command mature(String hold) {
            return Asks.command(new Ask.Mature(Long.parseLong(hold), 3 + random.nextInt(3)));
        }

        /** The oracle: {available, held} per member, from the answers alone. */
        private void count(Command command, Verdict verdict) {
            switch (verdict) {
                case Verdict.Posted posted -> {
                    Object answer = posted.decision().answer();
                    assertThat(answers.put(command.key(), io.weir.runtime.json.Json.text(answer)))
                            .as("posted twice under " + command.key())
                            .isNull();
                    apply(command.ask(), answer);
                }
                case Verdict.Repeated repeated -> {
                    hits[1]++;
                    assertThat(repeated.answer()).isEqualTo(answers.get(command.key()));
                }
                case Verdict.Refused refused -> {
                    if (refused.why().code().equals("IDEMPOTENCY_KEY_REUSED")) {
                        hits[2]++;
                    }
                }
                case Verdict.Broken broken -> throw broken.why();
            }
        }

        private void apply(Ask ask, Object answer) {
            switch (ask) {
                case Ask.TopUp a -> of(a.member())[0] += a.amount().fen();
                case Ask.SetAside a -> {
                    String hold = ((LedgerApi.Held) answer).hold();
                    long fen = a.request().amount().fen();
                    of(a.request().member())[0] -= fen;
                    of(a.request().member())[1] += fen;
                    holds.add(hold);
                    holdAmount.put(hold, fen);
                    holdOwner.put(hold, a.request().member());
                }
                case Ask.Take a -> settle(a.request().hold(), (LedgerApi.Captured) answer);
                case Ask.GiveBack a -> settle(a.request().hold(), (LedgerApi.Captured) answer);
                case Ask.Reverse a -> {
                    hits[3]++;
                    of(holdOwner.get(a.request().hold()))[0] += a.request().amount().fen();
                }
                default -> {}
            }
        }

        private void settle(String hold, LedgerApi.Captured captured) {
            Long held = holdAmount.remove(hold);
            assertThat(held).as("hold settled twice").isNotNull();
            assertThat(captured.charged().plus(captured.released()).fen()).isEqualTo(held);
            long[] member = of(holdOwner.get(hold));
            member[1] -= held;
            member[0] += captured.released().fen();
        }

        private long[] of(String uid) {
            return oracle.computeIfAbsent(uid, u -> new long[2]);
        }

        private void check() {
            oracle.forEach(
                    (uid, fen) -> {
                        assertThat(ledger.balance("wallet:" + uid)).isEqualTo(fen[0]);
                        assertThat(ledger.balance("hold:" + uid)).isEqualTo(fen[1]);
                    });
            Map<String, Long> sums = new HashMap<>();
            for (Decision d : ledger.journal) {
                assertThat(d.postings().stream().mapToLong(Posting::fen).sum()).isZero();
                d.postings().forEach(p -> sums.merge(p.account().code(), p.fen(), Long::sum));
            }
            for (Account a : ledger.accounts.values()) {
                if (a.kind().constrained()) {
                    assertThat(a.balance()).as(a.code()).isEqualTo(sums.getOrDefault(a.code(), 0L));
                    assertThat(a.balance() >= 0 || a.flagged() && a.kind().clawedBack()).isTrue();
                }
            }
            ledger.holds
                    .values()
                    .forEach(
                            h -> {
                                var shares = ledger.shares.getOrDefault(h.id(), Map.of()).values();
                                assertThat(shares.stream().mapToLong(Share::amount).sum())
                                        .isEqualTo(h.captured());
                                assertThat(shares.stream().mapToLong(Share::refunded).sum())
                                        .isEqualTo(h.refunded());
                            });
        }
    }
}
