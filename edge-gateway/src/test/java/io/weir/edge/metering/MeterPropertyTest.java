package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.time.Tick;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * DESIGN section 5: with boot ids any permutation, duplication or delay gives the same bill;
 * without them never more than was poured.
 */
class MeterPropertyTest {
    private static final long EDGE_START = 1_000_000;

    /** A counter shows whole units; water flows in between, but for one that counts ml. */
    private static final long UNIT = 1_000;

    /**
     * What a device truly did from the baseline on, and what it said of it.
     *
     * @param poured in thousandths of its counter's unit
     */
    private record History(CounterReport baseline, List<CounterReport> said, long poured) {}

    @Property(tries = 1_000)
    void withBootIdsAnyPermutationDuplicationOrDelayGivesTheSame(
            @ForAll long seed, @ForAll MeasureMode mode) {
        Random random = new Random(seed);
        History history = history(random, mode, true);
        long first = metered(mode, history.baseline(), late(history.said(), random));
        List<CounterReport> again = new ArrayList<>(history.said());
        for (CounterReport r : history.said()) {
            for (int copies = random.nextInt(3); copies > 0; copies--) {
                again.add(r);
            }
        }
        Collections.shuffle(again, random);
        assertThat(metered(mode, history.baseline(), late(again, random))).isEqualTo(first);
    }

    @Property(tries = 1_000)
    void neverMoreThanWasPouredWhateverIsLostOrDoubled(
            @ForAll long seed, @ForAll MeasureMode mode) {
        Random random = new Random(seed);
        History history = history(random, mode, true);
        List<CounterReport> some = new ArrayList<>(history.said());
        some.removeIf(r -> random.nextInt(3) == 0);
        Collections.shuffle(some, random);
        assertThat(metered(mode, history.baseline(), late(some, random)))
                .isLessThanOrEqualTo(truth(mode, history));
    }

    @Property(tries = 2_000)
    void withoutBootIdsALoneOldReportAnywhereBillsNothing(
            @ForAll long seed, @ForAll MeasureMode mode, @ForAll @IntRange(max = 5) int strays) {
        Random random = new Random(seed);
        History history = history(random, mode, false);
        List<CounterReport> said = new ArrayList<>(late(history.said(), random));
        long clean = metered(mode, history.baseline(), said);
        for (int i = 0; i < strays && said.size() > 2; i++) {
            int where = 1 + random.nextInt(said.size() - 1);
            CounterReport next = said.get(where);
            CounterReport old = said.get(random.nextInt(where));
            boolean alone =
                    isTrue(said.get(where - 1), mode)
                            && isTrue(next, mode)
                            && value(said.get(where - 1), mode) <= value(next, mode)
                            && value(old, mode) <= value(next, mode);
            if (alone) {
                said.add(where, stray(old, next));
            }
        }
        long truth = truth(mode, history);
        assertThat(clean).isLessThanOrEqualTo(truth);
        assertThat(metered(mode, history.baseline(), said)).isLessThanOrEqualTo(truth);
        if (history.said().getLast().connection() == 1) { // no reset anywhere
            assertThat(metered(mode, history.baseline(), said))
                    .isGreaterThanOrEqualTo(
                            truth - Meter.millilitres(command(mode), unsureUnits(mode)) - 1);
        }
    }

    @Property(tries = 500)
    void neverFalls(@ForAll long seed, @ForAll MeasureMode mode) {
        Random random = new Random(seed);
        History history = history(random, mode, true);
        List<CounterReport> said = new ArrayList<>(history.said());
        Collections.shuffle(said, random);
        Meter meter = meter(mode, history.baseline());
        long before = 0;
        for (CounterReport r : late(said, random)) {
            boolean more = meter.accept(r, List.of());
            long now = meter.pouredMl();
            assertThat(now).isGreaterThanOrEqualTo(before);
            if (!more) {
                assertThat(now).isEqualTo(before);
            }
            before = now;
        }
    }

    private static long truth(MeasureMode mode, History history) {
        return Meter.millilitres(command(mode), history.poured()) / UNIT;
    }

    /** How much a counter may fall behind: a unit at either end, but for one that counts ml. */
    private static long unsureUnits(MeasureMode mode) {
        return mode == MeasureMode.VOLUME ? 0 : 2;
    }

    /** A few boots; at each the counter is kept, zeroed, or a little is lost. */
    private static History history(Random random, MeasureMode mode, boolean bootIds) {
        long grain = mode == MeasureMode.VOLUME ? UNIT : 1;
        long value = grain * random.nextInt((int) (100_000 * UNIT / grain));
        long poured = 0;
        long now = EDGE_START;
        long booted = now - random.nextInt(900_000);
        CounterReport baseline = report(mode, value, 1, bootIds, 0, booted, now);
        List<CounterReport> said = new ArrayList<>();
        int boots = 1 + random.nextInt(4);
        for (int boot = 0; boot < boots; boot++) {
            int reports = 2 + random.nextInt(5);
            for (int i = 0; i < reports; i++) {
                if (i > 0 || boot == 0) {
                    long more = grain * random.nextInt((int) (400 * UNIT / grain));
                    value += more;
                    poured += more;
                }
                now += 1_100 + random.nextInt(2_000);
                said.add(report(mode, value, boot + 1, bootIds, boot, booted, now));
            }
            now += 5_000;
            booted = now;
            switch (random.nextInt(4)) {
                case 0 -> value = 0;
                case 1 ->
                        value -=
                                Math.min(value, grain * random.nextInt((int) (500 * UNIT / grain)));
                case 2 -> value -= value % UNIT; // comes back as it was written
                default -> {} // kept
            }
        }
        return new History(baseline, said, poured);
    }

    private static CounterReport report(
            MeasureMode mode,
            long thousandths,
            long connection,
            boolean bootIds,
            int boot,
            long booted,
            long now) {
        long value = thousandths / UNIT;
        return new CounterReport(
                "dev",
                connection,
                1,
                mode == MeasureMode.VOLUME ? value : null,
                mode == MeasureMode.FLOW_METER ? value : null,
                mode == MeasureMode.TIMER ? value : null,
                bootIds ? (now - booted) / 1_000 : null,
                bootIds ? "boot" + boot : null,
                new Tick(now, "edge"));
    }

    /** In the given order, each at its own time or later. */
    private static List<CounterReport> late(List<CounterReport> said, Random random) {
        List<CounterReport> arrived = new ArrayList<>();
        long now = 0;
        for (CounterReport r : said) {
            now = Math.max(now + 1, r.at().ms() + random.nextInt(50));
            arrived.add(at(r, now));
        }
        return arrived;
    }

    /** An old report that comes just before {@code next}, on its connection. */
    private static CounterReport stray(CounterReport old, CounterReport next) {
        return new CounterReport(
                old.deviceId(),
                next.connection(),
                -1,
                old.totalMl(),
                old.pulseTotal(),
                old.workS(),
                null,
                null,
                next.at());
    }

    /** Said in its place; strays have no epoch. */
    private static boolean isTrue(CounterReport r, MeasureMode mode) {
        return r.epoch() == 1 && Meter.reading(mode, r) != null;
    }

    private static CounterReport at(CounterReport r, long ms) {
        return new CounterReport(
                r.deviceId(),
                r.connection(),
                r.epoch(),
                r.totalMl(),
                r.pulseTotal(),
                r.workS(),
                r.uptimeS(),
                r.bootId(),
                new Tick(ms, r.at().boot()));
    }

    private static long value(CounterReport r, MeasureMode mode) {
        Long value = Meter.reading(mode, r);
        return value == null ? 0 : value;
    }

    private static long metered(
            MeasureMode mode, CounterReport baseline, List<CounterReport> said) {
        Meter meter = meter(mode, baseline);
        said.forEach(r -> meter.accept(r, List.of()));
        return meter.pouredMl();
    }

    private static Meter meter(MeasureMode mode, CounterReport baseline) {
        Meter meter = Meter.before(command(mode), baseline, List.of(), baseline.at());
        meter.opened();
        return meter;
    }

    private static OpenDispense command(MeasureMode mode) {
        return new OpenDispense("d", "dev", Outlet.COLD, 500, mode, 50, 2_222, 60, 5_000);
    }
}
