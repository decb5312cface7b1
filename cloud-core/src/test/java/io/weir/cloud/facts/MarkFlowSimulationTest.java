package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cloud.facts.MarkFlow.Placed;
import io.weir.cloud.facts.MarkFlow.Plan;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * One partition of Kafka, several journals, everything that can go wrong between them: records
 * doubled, swapped, lost; transactions that fail, or succeed without anybody knowing; positions set
 * back by hand. The gateways send again from the marks until all is applied. Whatever the order:
 * each frame takes effect once, in order.
 */
class MarkFlowSimulationTest {
    private static final int SEEDS = 1000;

    interface Judge extends BiFunction<Map<Mark.Key, Mark>, List<Placed>, Plan> {}

    @Test
    void everyFrameTakesEffectOnceAndInOrderWhateverHappens() {
        int gaps = 0;
        int rewinds = 0;
        int lost = 0;
        int crashes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = new World(seed, MarkFlow::judge);
            world.run();
            gaps += world.gaps;
            rewinds += world.rewinds;
            lost += world.lost;
            crashes += world.crashes;
        }
        assertThat(gaps).as("gaps met").isGreaterThan(SEEDS);
        assertThat(rewinds).as("gaps closed by rewinding").isGreaterThan(SEEDS / 2);
        assertThat(lost).as("records lost").isGreaterThan(SEEDS);
        assertThat(crashes).as("transactions that failed").isGreaterThan(SEEDS);
    }

    @Test
    void aConsumerThatDropsNoDuplicatesIsCaught() {
        assertCaught(
                (marks, frames) ->
                        plan(frames.stream().map(Placed::frame).toList(), advanced(marks, frames)));
    }

    @Test
    void aConsumerThatSkipsGapsIsCaught() {
        assertCaught(
                (marks, frames) -> {
                    Map<Mark.Key, Mark> now = new HashMap<>(marks);
                    List<Frame> apply = new ArrayList<>();
                    for (Placed placed : frames) {
                        Mark mark = now.getOrDefault(placed.key(), Mark.NONE);
                        if (placed.frame().number() > mark.frame()) {
                            apply.add(placed.frame());
                            now.put(
                                    placed.key(),
                                    mark.applied(placed.frame().number(), placed.offset()));
                        }
                    }
                    return plan(apply, now);
                });
    }

    private static void assertCaught(Judge faulty) {
        assertThatThrownBy(
                        () -> {
                            for (long seed = 1; seed <= 20; seed++) {
                                new World(seed, faulty).run();
                            }
                        })
                .isInstanceOf(AssertionError.class);
    }

    private static Map<Mark.Key, Mark> advanced(Map<Mark.Key, Mark> marks, List<Placed> frames) {
        Map<Mark.Key, Mark> now = new HashMap<>(marks);
        frames.forEach(
                p ->
                        now.merge(
                                p.key(),
                                new Mark(p.frame().number(), p.offset(), 0, 0),
                                (a, b) -> a.frame() > b.frame() ? a : b));
        return now;
    }

    private static Plan plan(List<Frame> apply, Map<Mark.Key, Mark> marks) {
        return new Plan(apply, marks, Set.of(), Set.of(), Map.of(), 0, 0);
    }

    private static final class World {
        private static final int STEPS = 120;
        private final long seed;
        private final Judge judge;
        private final Random random;
        private final List<Frame> log = new ArrayList<>();
        private final List<String> journals;
        private final Map<String, Long> sent = new HashMap<>();

        // what PostgreSQL holds
        private Map<Mark.Key, Mark> marks = new HashMap<>();
        private long position;
        private final Map<String, List<Long>> effects = new HashMap<>();

        // what the consumer remembers
        private long next;
        private int gaps;
        private int rewinds;
        private int lost;
        private int crashes;

        World(long seed, Judge judge) {
            this.seed = seed;
            this.judge = judge;
            this.random = new Random(seed);
            this.journals = List.of("a1", "a2", "b1", "c1").subList(0, 1 + random.nextInt(4));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(3) > 0) {
                    produce();
                } else {
                    consume();
                }
            }
            settle();
            journals.forEach(
                    journal ->
                            assertThat(effects.getOrDefault(journal, List.of()))
                                    .as("effects of journal %s, seed %d", journal, seed)
                                    .isEqualTo(upTo(sent.getOrDefault(journal, 0L))));
        }

        private void produce() {
            String journal = journals.get(random.nextInt(journals.size()));
            switch (random.nextInt(10)) {
                case 0 -> { // acknowledged and lost
                    sent.merge(journal, 1L, Long::sum);
                    lost++;
                }
                case 1 -> { // two records change places
                    long number = sent.merge(journal, 2L, Long::sum);
                    append(journal, number);
                    append(journal, number - 1);
                }
                case 2 -> { // the gateway starts anew and sends again what the marks don't cover
                    for (long n = mark(journal) + 1; n <= sent.getOrDefault(journal, 0L); n++) {
                        append(journal, n);
                    }
                }
                case 3 -> append(journal, 1 + random.nextLong(sent.getOrDefault(journal, 0L) + 1));
                default -> append(journal, sent.getOrDefault(journal, 0L) + 1);
            }
        }

        private void consume() {
            if (random.nextInt(15) == 0) {
                next = random.nextInt((int) position + 1); // set back by hand
            }
            int size = Math.min(1 + random.nextInt(12), (int) (log.size() - next));
            List<Placed> batch = new ArrayList<>();
            for (long offset = next; offset < next + size; offset++) {
                batch.add(new Placed(log.get((int) offset), offset));
            }
            Plan plan = judge.apply(marks, batch);
            if (random.nextInt(8) == 0) { // the transaction failed
                crashes++;
                next = position;
                return;
            }
            plan.apply()
                    .forEach(
                            f ->
                                    effects.computeIfAbsent(f.journal(), j -> new ArrayList<>())
                                            .add(f.number()));
            marks = new HashMap<>(marks);
            marks.putAll(plan.marks());
            position = plan.rewinds().getOrDefault(0, next + size);
            gaps += plan.opened().size();
            rewinds += plan.rewinds().size();
            next = position; // the same whether the commit's answer came or was lost
        }

        private void settle() {
            for (int round = 0; round < 400; round++) {
                if (next == log.size()) {
                    if (journals.stream().allMatch(j -> mark(j) >= sent.getOrDefault(j, 0L))) {
                        return;
                    }
                    journals.forEach(
                            journal -> {
                                for (long n = mark(journal) + 1;
                                        n <= sent.getOrDefault(journal, 0L);
                                        n++) {
                                    append(journal, n);
                                }
                            });
                }
                consume();
            }
        }

        private void append(String journal, long number) {
            log.add(
                    new Frame(
                            journal.substring(0, 1),
                            journal,
                            Lane.MONEY,
                            0,
                            number,
                            "boot",
                            List.of()));
            sent.merge(journal, number, Math::max);
        }

        private long mark(String journal) {
            return marks.getOrDefault(new Mark.Key(0, journal.substring(0, 1), journal), Mark.NONE)
                    .frame();
        }

        private static List<Long> upTo(long n) {
            List<Long> all = new ArrayList<>();
            for (long i = 1; i <= n; i++) {
                all.add(i);
            }
            return all;
        }
    }
}
