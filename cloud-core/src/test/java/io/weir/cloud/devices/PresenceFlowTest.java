package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.devices.PresenceFlow.Presence;
import io.weir.cloud.devices.PresenceFlow.Seen;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class PresenceFlowTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    /** Connections with epochs 1..n at three gateways; all facts come, some twice, in any order. */
    @Property(tries = 2_000)
    void anyOrderAndRepetitionEndsWithTheNewestConnection(
            @ForAll @IntRange(min = 1, max = 6) int connections, @ForAll long seed) {
        var random = new Random(seed);
        List<Seen> facts = new ArrayList<>();
        boolean lastEnded = false;
        for (int i = 1; i <= connections; i++) {
            String gateway = "g" + random.nextInt(3);
            facts.add(seen(true, i, gateway, "boot", i));
            lastEnded = i < connections ? random.nextInt(4) > 0 : random.nextBoolean();
            if (lastEnded) {
                facts.add(seen(false, i, gateway, "boot", i));
            }
        }
        for (Seen fact : List.copyOf(facts)) {
            if (random.nextInt(3) == 0) {
                facts.add(fact);
            }
        }
        Collections.shuffle(facts, random);
        Presence end = play(facts);
        assertThat(end.epoch()).isEqualTo(connections);
        assertThat(end.connection()).isEqualTo(connections);
        assertThat(end.online()).isEqualTo(!lastEnded);
    }

    /** One gateway that sometimes has no epochs and sometimes starts anew; facts in order. */
    @Property(tries = 2_000)
    void withoutEpochsTheLaterFactOfTheGatewayWins(
            @ForAll @IntRange(min = 1, max = 12) int steps, @ForAll long seed) {
        var random = new Random(seed);
        List<Seen> facts = new ArrayList<>();
        int boot = 0;
        int connection = 0;
        long epoch = 0;
        boolean online = false;
        long open = 0;
        for (int i = 0; i < steps; i++) {
            if (online && random.nextBoolean()) {
                facts.add(seen(false, open, "g", "b" + boot, connection));
                online = false;
                continue;
            }
            if (!online && random.nextInt(4) == 0) {
                boot++;
                connection = 0;
            }
            // A takeover: the new connection is told before the end of the old one.
            Seen old = online ? seen(false, open, "g", "b" + boot, connection) : null;
            open = random.nextBoolean() ? 0 : ++epoch;
            facts.add(seen(true, open, "g", "b" + boot, ++connection));
            if (old != null) {
                facts.add(old);
            }
            online = true;
        }
        Presence end = play(facts);
        assertThat(end.online()).as(facts.toString()).isEqualTo(online);
        assertThat(end.connection()).isEqualTo(connection);
        assertThat(end.epoch()).isEqualTo(epoch);
    }

    @Test
    void anEndOfAnEarlierConnectionEndsNothing() {
        Presence now = play(List.of(seen(true, 1, "g", "b", 1), seen(true, 2, "g", "b", 2)));
        assertThat(PresenceFlow.apply(now, seen(false, 1, "g", "b", 1))).isSameAs(now);
        assertThat(PresenceFlow.apply(now, seen(false, 0, "g", "b", 1))).isSameAs(now);
    }

    @Test
    void anEpochGivenLaterIsTakenOver() {
        Presence now = play(List.of(seen(true, 0, "g", "b", 1), seen(true, 9, "g", "b", 1)));
        assertThat(now.online()).isTrue();
        assertThat(now.epoch()).isEqualTo(9);
        assertThat(PresenceFlow.apply(now, seen(false, 0, "g", "b", 1)).online()).isFalse();
    }

    @Test
    void aGatewayThatTheDeviceIsNotAssignedToMayOnlyEndItsOwnConnection() {
        Presence now = play(List.of(seen(true, 1, "g", "b", 1)));
        var rogue = new Seen(true, 99, "rogue", "b", 1, 0, T0, false);
        assertThat(PresenceFlow.apply(now, rogue)).isSameAs(now);
        assertThat(PresenceFlow.apply(null, rogue)).isNull();
        var moved = new Seen(false, 1, "g", "b", 1, 0, T0, false);
        assertThat(PresenceFlow.apply(now, moved).online()).isFalse();
    }

    private static Presence play(List<Seen> facts) {
        Presence presence = null;
        for (Seen fact : facts) {
            presence = PresenceFlow.apply(presence, fact);
        }
        assertThat(presence).isNotNull();
        return presence;
    }

    private static Seen seen(
            boolean came, long epoch, String gateway, String boot, long connection) {
        return new Seen(came, epoch, gateway, boot, connection, 0, T0, true);
    }
}
