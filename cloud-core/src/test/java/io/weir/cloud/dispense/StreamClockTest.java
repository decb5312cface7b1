package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamClockTest {
    @Test
    void ticksOfOneProcessAddUp() {
        StreamClock clock = StreamClock.UNSEEN.advance("a", 5_000);
        assertThat(clock.streamMs()).isZero();
        assertThat(clock.advance("a", 15_000).streamMs()).isEqualTo(10_000);
    }

    @Test
    void anOlderTickOfTheSameProcessChangesNothing() {
        StreamClock clock = StreamClock.UNSEEN.advance("a", 5_000).advance("a", 9_000);
        assertThat(clock.advance("a", 7_000)).isEqualTo(clock);
    }

    @Test
    void aRestartGoesOnWithoutTheTimeInBetween() {
        StreamClock clock =
                StreamClock.UNSEEN
                        .advance("a", 0)
                        .advance("a", 60_000)
                        .advance("b", 900)
                        .advance("b", 10_900);
        assertThat(clock.streamMs()).isEqualTo(70_000);
    }
}
