package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.time.Tick;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;

/**
 * A device that boots under one of its last eight boot ids again. Its reports can't be told from
 * reports of that earlier boot that were kept and come late, which must count nothing: so these
 * count nothing either. Only an id that is used again within one dispense counts for itself, as
 * what a boot poured from a flash memory that fell back would (docs/reliability.md).
 */
class ReusedBootTest {
    private static final String EDGE = "edge";

    private static Tick tick(long ms) {
        return new Tick(ms, EDGE);
    }

    private static CounterReport report(String boot, long total, long connection, long ms) {
        return new CounterReport(
                "D-1", connection, connection, total, null, null, null, boot, tick(ms));
    }

    @Test
    void whatItPoursUnderAnOldBootIdIsNotCounted() {
        var counters = new DeviceCounters();
        counters.take(report("a", 1_000, 1, 0));
        counters.take(report("b", 1_000, 2, 10_000));
        CounterLine line = new CounterLine(counters.olderBoots(), tick(11_000));
        line.baseline(1_000, "b", 2, tick(11_000));
        line.accept(1_200, "b", null, 2, tick(12_000));
        long sent = counters.take(report("a", 1_300, 3, 20_000));
        assertThat(sent).as("of a boot that is over").isNegative();
        assertThat(line.accept(1_300, "a", null, 3, tick(20_000))).isFalse();
        assertThat(line.accept(1_900, "a", null, 3, tick(30_000))).isFalse();
        assertThat(line.count()).isEqualTo(200);
        assertThat(counters.baseline(3, 0)).as("it can't begin a dispense either").isNull();
    }

    @Test
    void afterEightOtherBootsTheIdIsNewAgain() {
        var counters = new DeviceCounters();
        for (int i = 0; i <= 8; i++) {
            counters.take(report("boot" + i, 1_000, 1 + i, i * 10_000L));
        }
        assertThat(counters.olderBoots()).doesNotContain("boot0").hasSize(7);
        assertThat(counters.take(report("boot0", 1_000, 20, 100_000))).isNotNegative();
    }

    @Test
    void anIdUsedAgainWithinOneDispenseIsTakenForItsFirstRun() {
        CounterLine line = new CounterLine(List.of(), tick(0));
        line.baseline(1_000, "a", 1, tick(0));
        line.accept(1_040, "b", null, 2, tick(10_000));
        line.accept(1_040, "a", null, 3, tick(20_000));
        assertThat(line.count())
                .as("the second could be a late report of 40 that flowed before b began at 1000")
                .isEqualTo(40);
        line.accept(1_000, "b", null, 2, tick(21_000));
        assertThat(line.count()).as("a ran to 1040, then b from 1000 to 1040").isEqualTo(80);
    }

    /** A step pours, boots under an id that is over, or under one that never was. */
    @Property(tries = 500)
    void ofBootsThatAreOverNeverMoreCountsThanFlowed(
            @ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> steps) {
        List<String> over = List.of("boot0", "boot1", "boot2");
        long total = 5_000;
        long connection = 1;
        String boot = "first";
        CounterLine line = new CounterLine(over, tick(0));
        line.baseline(total, boot, connection, tick(0));
        long ms = 0;
        for (int step : steps) {
            ms += 1_000;
            if (step < 5) {
                boot = step < over.size() ? over.get(step) : "new" + ms;
                connection++;
            } else {
                total += 10L * step;
            }
            line.accept(total, boot, null, connection, tick(ms));
        }
        assertThat(line.count()).isBetween(0L, total - 5_000);
    }
}
