package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

class PulseTest {
    private final AtomicLong one = new AtomicLong();
    private final AtomicLong other = new AtomicLong();
    private final Pulse<AtomicLong> pulse = new Pulse<>(AtomicLong::doubleValue, 9_000);

    @Test
    void itIsSilentWhenNoClientHasHeardAnythingForAWhile() {
        one.set(5);
        assertThat(silent(true, 1_000)).isFalse();
        other.set(5);
        assertThat(silent(true, 9_000)).isFalse();
        assertThat(silent(true, 17_999)).isFalse();
        assertThat(silent(true, 18_000)).isTrue();
        one.set(6);
        assertThat(silent(true, 19_000)).isFalse();
    }

    @Test
    void whoReadsNothingHearsNothing() {
        assertThat(silent(false, 1_000)).isFalse();
        assertThat(silent(false, 100_000)).isFalse();
        assertThat(silent(true, 108_999)).isFalse();
        assertThat(silent(true, 109_000)).isTrue();
        assertThat(silent(false, 110_000)).isFalse();
        assertThat(silent(true, 111_000)).isFalse();
    }

    private boolean silent(boolean reading, long ms) {
        return pulse.silent(List.of(one, other), reading, ms);
    }
}
