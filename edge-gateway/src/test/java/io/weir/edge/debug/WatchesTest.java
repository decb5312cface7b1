package io.weir.edge.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.debug.DebugApi.End;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Read;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.edge.TestProducts;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.ManualTime;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Who is watched, in whose name, and for how long. */
class WatchesTest {
    private static final DebugConfig CONFIG =
            new DebugConfig(2, 16, 4096, 256, Duration.ofMinutes(1));
    private final ManualTime time = new ManualTime(Instant.EPOCH, "boot-1");
    private final Watches watches = new Watches(time);

    @BeforeEach
    void start() {
        watches.start(CONFIG);
    }

    private Seen read(String session, String device, String tenant, @Nullable Seen last) {
        long after =
                last == null || last.entries().isEmpty() ? 0 : last.entries().getLast().number();
        var ask =
                new Read(
                        session,
                        device,
                        tenant,
                        last == null ? null : last.ring(),
                        after,
                        100,
                        30_000);
        return watches.read(ask, d -> d.equals("D-1"));
    }

    private void say(String text) {
        Watch watch = watches.of("D-1", TestProducts.TENANT);
        if (watch != null) {
            watch.sent("/t", text.getBytes(StandardCharsets.UTF_8), true);
        }
    }

    @Test
    void nothingIsNotedOfWhomNobodyWatches() {
        say("before");
        Seen first = read("s1", "D-1", TestProducts.TENANT, null);
        assertThat(first.entries()).isEmpty();
        assertThat(first.connected()).isTrue();
        say("now");
        Seen second = read("s1", "D-1", TestProducts.TENANT, first);
        assertThat(second.entries()).extracting(Entry::payload).containsExactly("now");
        assertThat(second.ring()).isEqualTo(first.ring());
        assertThat(read("s1", "D-1", TestProducts.TENANT, second).entries()).isEmpty();
    }

    @Test
    void anotherOwnerSeesNothingOfTheTimeBefore() {
        Seen first = read("s1", "D-1", TestProducts.TENANT, null);
        say("of the first owner");
        Seen second = read("s2", "D-1", "p.v2", null);
        assertThat(second.ring()).isNotEqualTo(first.ring());
        assertThat(second.entries()).isEmpty();
        // The gateway has not heard of the hand-over yet: what the device says is not told.
        say("still the first owner's");
        assertThat(read("s2", "D-1", "p.v2", second).entries()).isEmpty();
    }

    @Test
    void itEndsWithItsLastSessionOrWithItsTime() {
        Seen first = read("s1", "D-1", TestProducts.TENANT, null);
        read("s2", "D-1", TestProducts.TENANT, null);
        watches.end(new End("s1", "D-1"));
        assertThat(watches.size()).isEqualTo(1);
        time.advance(Duration.ofSeconds(29));
        watches.sweep();
        assertThat(watches.size()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        watches.sweep();
        assertThat(watches.size()).isZero();
        say("to nobody");
        Seen again = read("s1", "D-1", TestProducts.TENANT, first);
        assertThat(again.ring()).isNotEqualTo(first.ring());
        assertThat(again.entries()).isEmpty();
    }

    @Test
    void noMoreThanTheBoundAtOneTime() {
        read("s1", "D-1", TestProducts.TENANT, null);
        read("s1", "D-2", TestProducts.TENANT, null);
        assertThatThrownBy(() -> read("s1", "D-3", TestProducts.TENANT, null))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("watches 2 devices already");
        read("s2", "D-1", TestProducts.TENANT, null);
        time.advance(Duration.ofSeconds(31));
        read("s1", "D-3", TestProducts.TENANT, null);
        assertThat(watches.size()).isEqualTo(1);
    }
}
