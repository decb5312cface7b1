package io.weir.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

class TokenBucketsTest {
    @Test
    void aBucketLetsABurstThroughThenTheRate() {
        TokenBuckets buckets = new TokenBuckets(3, 6, 10_000);
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.allow("a", 0)).isTrue();
        }
        assertThat(buckets.allow("a", 0)).isFalse();
        assertThat(buckets.allow("b", 0)).isTrue();
        assertThat(buckets.allow("a", 9_999)).isFalse();
        assertThat(buckets.allow("a", 10_000)).isTrue();
        assertThat(buckets.allow("a", 10_001)).isFalse();
        for (int i = 0; i < 20_000; i++) {
            buckets.allow("stranger" + i, 10_002);
        }
        assertThat(buckets.size()).isEqualTo(10_000);
        assertThat(buckets.allow("a", 10_003)).as("forgotten, so fresh").isTrue();
    }

    @Test
    void yearsOfIdlenessFillItAndOverflowNothing() {
        TokenBucket bucket = new TokenBucket(1_000_000_000, 60_000_000_000L, 0);
        assertThat(bucket.draw(Long.MAX_VALUE, 0)).isEqualTo(1_000_000_000);
        assertThat(bucket.draw(Long.MAX_VALUE, Long.MAX_VALUE / 2)).isEqualTo(1_000_000_000);
    }

    @Test
    void aClockReadALittleEarlierByAnotherThreadTakesNothingBack() {
        TokenBucket bucket = new TokenBucket(1, 60_000, 100);
        assertThat(bucket.take(100)).isTrue();
        assertThat(bucket.take(99)).isFalse();
        assertThat(bucket.take(101)).isTrue();
    }

    /** In no time span more than burst and rate; and never refused what the rate alone allows. */
    @Property(tries = 1_000)
    void neverMoreThanBurstAndRateAndNeverLessThanTheRate(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 50) int burst,
            @ForAll @IntRange(min = 1, max = 100_000) int perMinute) {
        Random random = new Random(seed);
        TokenBucket bucket = new TokenBucket(burst, perMinute, 0);
        List<Long> taken = new ArrayList<>();
        long now = 0;
        long lastRefused = -1;
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(5_000) : random.nextInt(20);
            if (bucket.take(now)) {
                taken.add(now);
                lastRefused = -1;
            } else {
                assertThat(lastRefused < 0 || now - lastRefused <= 60_000 / perMinute + 1)
                        .as("seed %d: refused for longer than one token takes", seed)
                        .isTrue();
                lastRefused = lastRefused < 0 ? now : lastRefused;
                long wait = bucket.waitMs(1, now);
                assertThat(wait).isBetween(1L, 60_000L / perMinute + 1);
            }
        }
        for (int from = 0; from < taken.size(); from++) {
            for (int to = from; to < taken.size(); to++) {
                long most = burst + (taken.get(to) - taken.get(from)) * perMinute / 60_000 + 1;
                assertThat((long) to - from + 1).as("seed %d", seed).isLessThanOrEqualTo(most);
            }
        }
    }

    /**
     * Two loops draw portions of one shared pair of buckets for a device each. Whatever the order:
     * nobody passes more than his rate, together they pass no more than the shared one, and who
     * waits as long as he is told gets on.
     */
    @Property(tries = 500)
    void budgetsOfTwoLoopsKeepToBothRates(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200) int perSecond,
            @ForAll @IntRange(min = 1, max = 300) int together) {
        Random random = new Random(seed);
        Rate device = new Rate(perSecond, 100_000, 2);
        Rate product = new Rate(together, 1_000_000, 2);
        TokenBucket messages = product.messageBucket(0);
        TokenBucket bytes = product.byteBucket(0);
        Allowance[] loops = new Allowance[2];
        for (int i = 0; i < loops.length; i++) {
            loops[i] =
                    new Allowance(
                            device.alone(0), product.shared(messages, bytes), Budget.unlimited());
        }
        long[] pausedUntil = new long[loops.length];
        long[] passed = new long[loops.length];
        long now = 0;
        long end = 20_000;
        Deque<Long> pauses = new ArrayDeque<>();
        while (now < end) {
            int i = random.nextInt(loops.length);
            if (pausedUntil[i] <= now) {
                passed[i]++;
                if (!loops[i].spend(10)) {
                    long wait = loops[i].settle(now);
                    pausedUntil[i] = now + wait;
                    if (wait > 0) {
                        pauses.add(wait);
                        assertThat(wait).isBetween(50L, 5_000L);
                    }
                }
            }
            now += random.nextInt(2);
        }
        long seconds = end / 1000;
        for (long p : passed) {
            // Burst, rate, one portion drawn ahead, and one message in debt per pause.
            assertThat(p)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(perSecond * (2 + seconds + 1) + pauses.size() + 1);
        }
        assertThat(passed[0] + passed[1])
                .as("seed %d", seed)
                .isLessThanOrEqualTo(together * (2 + seconds + 1) + pauses.size() + 2);
        assertThat(Math.min(passed[0], passed[1])).as("seed %d: starved", seed).isPositive();
    }

    @Test
    void whatWasDroppedCostsNothing() {
        Rate rate = new Rate(10, 1_000, 1);
        Allowance allowance = new Allowance(rate.alone(0), Budget.unlimited(), Budget.unlimited());
        int passed = 0;
        for (int ms = 0; ms < 10_000; ms++) {
            if (allowance.spend(1) || allowance.settle(ms) == 0) {
                passed++;
            } else {
                allowance.refund(1);
            }
        }
        assertThat(passed).as("10 at once, 10 a second, for 10 s").isBetween(105, 111);
    }

    @Test
    void aMessageLargerThanTheBurstPassesAndIsPaidForAfterwards() {
        Rate rate = new Rate(1_000, 1_000, 1);
        Allowance allowance = new Allowance(rate.alone(0), Budget.unlimited(), Budget.unlimited());
        assertThat(allowance.spend(3_000)).isFalse();
        long now = 0;
        long wait = allowance.settle(now);
        while (wait > 0) {
            now += wait;
            wait = allowance.settle(now);
        }
        assertThat(now).isBetween(2_000L, 2_100L);
    }
}
