package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.ota.TaskFlow.Part;
import io.weir.cloud.ota.TaskFlow.State;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Groups, windows, and the parts of jobs, by rules that hold for all of them. */
class PlanTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    @Property
    void everyDeviceIsInOneGroupOfAboutItsShare(
            @ForAll @IntRange(max = 500) int count, @ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> percents = new ArrayList<>();
        int left = 100;
        while (left > 0) {
            int share = 1 + random.nextInt(left);
            percents.add(share);
            left -= share;
        }
        List<String> devices = IntStream.range(0, count).mapToObj(i -> "d" + i).toList();
        List<List<String>> groups = GroupFlow.split(devices, percents, seed);
        assertThat(groups.stream().flatMap(List::stream).toList())
                .containsExactlyInAnyOrderElementsOf(devices);
        for (int i = 0; i < percents.size(); i++) {
            assertThat((double) groups.get(i).size())
                    .isBetween(
                            count * percents.get(i) / 100.0 - 1,
                            count * percents.get(i) / 100.0 + 1);
        }
        assertThat(GroupFlow.split(devices, percents, seed)).isEqualTo(groups);
    }

    @Property
    void aWindowAndItsOppositeCoverTheDay(
            @ForAll @IntRange(max = 1439) int from,
            @ForAll @IntRange(max = 1439) int to,
            @ForAll @IntRange(max = 1439) int minute) {
        if (from == to) {
            return;
        }
        ZoneId zone = ZoneId.of("UTC");
        LocalTime begin = LocalTime.MIDNIGHT.plusMinutes(from);
        LocalTime end = LocalTime.MIDNIGHT.plusMinutes(to);
        Instant at = Instant.parse("2026-05-04T00:00:00Z").plus(Duration.ofMinutes(minute));
        boolean covered = new Window(begin, end, zone).covers(at);
        assertThat(new Window(end, begin, zone).covers(at)).isEqualTo(!covered);
        if (minute == from) {
            assertThat(covered).isTrue();
        }
    }

    @Example
    void aWindowIsInItsZonesTime() {
        var night =
                new Window(LocalTime.of(19, 30), LocalTime.of(20, 30), ZoneId.of("Asia/Shanghai"));
        assertThat(night.covers(NOON)).isTrue();
        assertThat(night.covers(NOON.plusSeconds(1800))).isFalse();
    }

    @Property
    void aJobThatEndedStaysEnded(@ForAll long seed) {
        Random random = new Random(seed);
        Part part = new Part(State.QUEUED, 0, "{}", null);
        Instant now = NOON;
        for (int i = 0; i < 20; i++) {
            now = now.plusSeconds(random.nextInt(60));
            State said = State.values()[random.nextInt(State.values().length)];
            Part after =
                    switch (random.nextInt(4)) {
                        case 0 -> TaskFlow.sent(part, now);
                        case 1 -> TaskFlow.told(part, said, random.nextInt(101), "{}", now);
                        case 2 -> TaskFlow.waited(part, Duration.ofMinutes(2), now);
                        default -> random.nextInt(9) == 0 ? TaskFlow.cancelled(part) : part;
                    };
            if (part.state().isEnd()) {
                assertThat(after).isSameAs(part);
            }
            if (part.sentAt() != null) {
                assertThat(after.sentAt()).isEqualTo(part.sentAt());
            }
            part = after;
        }
    }
}
