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
 * count nothing either (docs/reliability.md). Never is more counted than flowed.
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

    /** Each step pours, or boots under one of few names; the device's counter never falls. */
    @Property(tries = 500)
    void neverMoreThanFlowed(
            @ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> steps,
            @ForAll @IntRange(max = 3) int first) {
        var counters = new DeviceCounters();
        String boot = "boot" + first;
        long connection = 1;
        long total = 5_000;
        counters.take(report(boot, total, connection, 0));
        CounterLine line = new CounterLine(counters.olderBoots(), tick(0));
        line.baseline(total, boot, connection, tick(0));
        long ms = 0;
        for (int step : steps) {
            ms += 1_000;
            if (step < 4) {
                boot = "boot" + step;
                connection++;
            } else {
                total += 10L * step;
            }
            counters.take(report(boot, total, connection, ms));
            line.accept(total, boot, null, connection, tick(ms));
        }
        assertThat(line.count()).isBetween(0L, total - 5_000);
    }
}
