package io.weir.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.JournalLab;
import io.weir.edge.journal.StoredFrame;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

class ForwarderTest {
    static final ForwarderConfig CONFIG =
            new ForwarderConfig(
                    List.of("ingest", "dispense"),
                    List.of("ingest"),
                    List.of("ingest"),
                    Duration.ofMillis(100),
                    Duration.ofMillis(100),
                    Duration.ZERO,
                    Duration.ZERO,
                    1 << 20,
                    16_384,
                    Duration.ZERO,
                    "none",
                    Duration.ofMillis(1));

    private final JournalLab lab = new JournalLab();
    private final Broker broker = new Broker();
    private final DiskJournal journal =
            lab.open(JournalLab.memory(), JournalLab.config(16_384, 64 << 20));

    /** Kafka, as far as order is concerned: each partition keeps a prefix of what was sent. */
    private static final class Broker {
        private record Waiting(StoredFrame frame, Uplink.Sent sent) {}

        private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
        final Map<String, List<Frame>> logs = new HashMap<>();
        int opened;

        /** What this lane's uplinks answer to a send, instead of taking it. */
        final Map<Lane, Exception> refusing = new EnumMap<>(Lane.class);

        Uplink open(Lane lane) {
            opened++;
            return new Uplink() {
                @Override
                public void send(StoredFrame frame, Sent sent) {
                    Exception refusal = refusing.get(lane);
                    if (refusal == null) {
                        queue(frame).add(new Waiting(frame, sent));
                    } else {
                        sent.done(refusal);
                    }
                }

                @Override
                public void close() {
                    breakDown(new Random(opened), lane);
                }
            };
        }

        private Deque<Waiting> queue(StoredFrame frame) {
            return waiting.computeIfAbsent(topic(frame), k -> new ArrayDeque<>());
        }

        private static String topic(StoredFrame frame) {
            return frame.lane() + "/" + frame.partition();
        }

        boolean idle() {
            return waiting.values().stream().allMatch(Deque::isEmpty);
        }

        /** Acknowledges up to {@code n} frames of each partition. */
        void acknowledge(int n) {
            for (Deque<Waiting> queue : waiting.values()) {
                for (int i = 0; i < n && !queue.isEmpty(); i++) {
                    Waiting w = queue.remove();
                    store(w.frame);
                    w.sent.done(null);
                }
            }
        }

        private void store(StoredFrame frame) {
            logs.computeIfAbsent(topic(frame), k -> new ArrayList<>())
                    .add(FrameCodec.decode(frame.bytes()));
        }

        /** Some of what is in flight arrives, of none of it the sender hears. */
        void breakDown(Random random, Lane lane) {
            for (Map.Entry<String, Deque<Waiting>> topic : waiting.entrySet()) {
                if (!topic.getKey().startsWith(lane.name())) {
                    continue;
                }
                Deque<Waiting> queue = topic.getValue();
                int arrived = random.nextInt(queue.size() + 1);
                List<Waiting> all = List.copyOf(queue);
                queue.clear();
                all.subList(0, arrived).forEach(w -> store(w.frame));
                all.forEach(w -> w.sent.done(new IOException("broken")));
            }
        }
    }

    @Test
    void framesGoUpInOrderWhateverBreaks() {
        for (int seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            broker.logs.clear();
            Forwarder forwarder = new Forwarder(journal, broker::open, CONFIG, lab.time);
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> appendSome(random);
                    case 2 -> forwarder.turn();
                    case 3 -> broker.acknowledge(random.nextInt(4));
                    default -> {
                        if (random.nextInt(4) == 0) {
                            broker.breakDown(random, Lane.values()[random.nextInt(3)]);
                        }
                    }
                }
            }
            settle(forwarder);
            for (Lane lane : Lane.values()) {
                assertThat(forwarder.lag(lane)).as("seed %d", seed).isZero();
                assertThat(applied(lane)).as("seed %d", seed).isEqualTo(journal.frames(lane));
            }
            forwarder.stop();
        }
        assertThat(broker.opened).isGreaterThan(80);
    }

    @Test
    void noMoreIsInFlightThanAllowed() {
        String big = "x".repeat(900);
        for (int i = 0; i < 3000; i++) {
            journal.append(Lane.TELEMETRY, lab.entry("d1", big), kept -> {});
            if (i % 50 == 0) {
                JournalLab.turn(journal);
            }
        }
        lab.put(journal, Lane.MONEY, "d1", "money does not wait behind telemetry");
        Forwarder forwarder = new Forwarder(journal, broker::open, CONFIG, lab.time);
        for (int i = 0; i < 10; i++) {
            forwarder.turn();
        }
        assertThat(forwarder.lane(Lane.TELEMETRY).inFlightBytes())
                .isBetween(1L << 20, (1L << 20) + 8192);
        assertThat(forwarder.lane(Lane.MONEY).inFlightBytes()).isPositive();
        settle(forwarder);
        assertThat(applied(Lane.TELEMETRY)).isEqualTo(journal.frames(Lane.TELEMETRY));
    }

    @Test
    void aLaneThatCantGoUpIsTriedForEverAndHoldsUpNoOther() {
        broker.refusing.put(Lane.TELEMETRY, new IOException("record too large"));
        Forwarder forwarder = new Forwarder(journal, broker::open, CONFIG, lab.time);
        for (int i = 0; i < 20; i++) {
            lab.put(journal, Lane.TELEMETRY, "d1", "t" + i);
            lab.put(journal, Lane.MONEY, "d1", "m" + i);
            lab.put(journal, Lane.ALARM, "d1", "a" + i);
            forwarder.turn();
            broker.acknowledge(Integer.MAX_VALUE);
        }
        forwarder.turn();
        assertThat(forwarder.lag(Lane.MONEY)).isZero();
        assertThat(forwarder.lag(Lane.ALARM)).isZero();
        assertThat(forwarder.lane(Lane.MONEY).restarts()).isZero();
        assertThat(forwarder.lag(Lane.TELEMETRY)).isEqualTo(20);
        assertThat(forwarder.lane(Lane.TELEMETRY).trouble()).isEqualTo("record too large");
        assertThat(forwarder.lane(Lane.TELEMETRY).restarts()).isGreaterThan(10);
        broker.refusing.clear();
        settle(forwarder);
        assertThat(applied(Lane.TELEMETRY)).isEqualTo(20);
        assertThat(forwarder.lane(Lane.TELEMETRY).trouble()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackGetsANewProducer() {
        Forwarder forwarder = new Forwarder(journal, broker::open, CONFIG, lab.time);
        lab.put(journal, Lane.MONEY, "d1", "on its way when the clock is set back");
        forwarder.turn();
        lab.time.step(Duration.ofDays(1));
        forwarder.turn();
        assertThat(forwarder.lane(Lane.MONEY).restarts()).as("set ahead").isZero();
        lab.time.step(Duration.ofDays(-1));
        forwarder.turn();
        assertThat(forwarder.lane(Lane.MONEY).restarts()).isEqualTo(1);
        assertThat(forwarder.lane(Lane.MONEY).trouble()).isEqualTo("the clock was set back");
        settle(forwarder);
        assertThat(forwarder.lag(Lane.MONEY)).isZero();
        assertThat(forwarder.lane(Lane.MONEY).trouble()).isEmpty();
    }

    @Test
    void aRestartBeginsAtTheOldestRetainedAndLeavesOutWhatAllHaveApplied() {
        for (int i = 0; i < 10; i++) {
            lab.put(journal, Lane.ALARM, "d1", "a" + i);
        }
        Forwarder first = new Forwarder(journal, broker::open, CONFIG, lab.time);
        settle(first);
        int p = broker.logs.values().iterator().next().getFirst().partition();
        long[] marks = new long[2];
        marks[p] = 4;
        journal.applied(Lane.ALARM, marks);
        broker.logs.clear();
        settle(new Forwarder(journal, broker::open, CONFIG, lab.time));
        assertThat(broker.logs.get("ALARM/" + p))
                .extracting(Frame::number)
                .containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void theThreadWakesForACommit() throws Exception {
        Forwarder forwarder = new Forwarder(journal, broker::open, CONFIG, lab.time);
        forwarder.start();
        TimeUnit.MILLISECONDS.sleep(50);
        lab.put(journal, Lane.MONEY, "d1", "now");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (forwarder.lane(Lane.MONEY).inFlightBytes() == 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(forwarder.lane(Lane.MONEY).inFlightBytes()).isPositive();
        forwarder.stop();
    }

    private void appendSome(Random random) {
        for (int i = random.nextInt(6); i >= 0; i--) {
            Lane lane = Lane.values()[random.nextInt(3)];
            lab.put(journal, lane, "d" + random.nextInt(5), "x".repeat(random.nextInt(300)));
        }
    }

    private void settle(Forwarder forwarder) {
        int quiet = 0;
        while (quiet < 3) {
            boolean sent = forwarder.turn();
            quiet = sent || !broker.idle() ? 0 : quiet + 1;
            broker.acknowledge(Integer.MAX_VALUE);
        }
    }

    /** What a consumer makes of the logs: it must never see a hole. */
    private long applied(Lane lane) {
        long applied = 0;
        for (int p = 0; p < journal.partitions(); p++) {
            long mark = 0;
            for (Frame frame : broker.logs.getOrDefault(lane + "/" + p, List.of())) {
                assertThat(frame.number()).isLessThanOrEqualTo(mark + 1);
                mark = Math.max(mark, frame.number());
            }
            applied += mark;
        }
        return applied;
    }
}
