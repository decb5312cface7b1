package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A product's registrations a minute. */
class RegistrationPaceTest {
    @Test
    void aProductHasItsNumberAMinuteAndOthersTheirs() {
        var pace = new RegistrationPace(2);
        assertThat(pace.allow(1, 1000)).isTrue();
        assertThat(pace.allow(1, 2000)).isTrue();
        assertThat(pace.allow(1, 60_999)).isFalse();
        assertThat(pace.allow(2, 60_999)).isTrue();
        assertThat(pace.allow(1, 61_000)).isTrue();
        assertThat(pace.allow(1, 5)).isTrue();
    }
}
