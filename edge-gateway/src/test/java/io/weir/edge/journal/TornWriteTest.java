package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The newest segment after a power loss, at every byte: cut, zeroed, garbled, with a hole. */
class TornWriteTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.weir.edge.journal");
    private final DamageLab lab = new DamageLab(40, false);

    TornWriteTest() throws IOException {}

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    @Test
    void cutAtEveryByteNothingBeforeTheCutIsLostAndNumbersGoOn() throws IOException {
        int cuts = 0;
        for (Lane lane : Lane.values()) {
            byte[] content = lab.disk.content(lab.newest(lane));
            for (int cut = 0; cut <= content.length; cut++) {
                tear(lane, Arrays.copyOf(content, cut), cut, content.length);
                cuts++;
            }
        }
        System.out.printf("torn writes: cut at %d offsets%n", cuts);
    }

    @Test
    void zerosAndGarbageFromEveryByteOnAreATornEndToo() throws IOException {
        Random random = new Random(7);
        int tails = 0;
        for (Lane lane : Lane.values()) {
            byte[] content = lab.disk.content(lab.newest(lane));
            for (int from = 0; from < content.length; from++) {
                tear(lane, DamageLab.zeroed(content, from, content.length), from, content.length);
                byte[] garbage = new byte[content.length - from];
                random.nextBytes(garbage);
                byte[] garbled = content.clone();
                System.arraycopy(garbage, 0, garbled, from, garbage.length);
                tear(lane, garbled, from, content.length);
                tails += 2;
            }
        }
        System.out.printf("torn writes: %d zeroed or garbled tails%n", tails);
    }

    /**
     * Pages reach the disk in any order: what follows the hole is there, what it swallowed isn't.
     */
    @Test
    void aHoleAtEveryByteLosesOnlyWhatItSwallowed() throws IOException {
        int lost = 0;
        for (Lane lane : Lane.values()) {
            byte[] content = lab.disk.content(lab.newest(lane));
            for (int length : new int[] {1, 100, 512}) {
                for (int from = 0; from + length < content.length; from++) {
                    byte[] torn = DamageLab.zeroed(content, from, from + length);
                    if (!Arrays.equals(torn, content)) {
                        lost += tear(lane, torn, from, from + length);
                    }
                }
            }
        }
        assertThat(lost).isPositive();
        System.out.printf("torn writes: holes lost %d frames, each told%n", lost);
    }

    /**
     * @param from first byte that is not as it was
     * @param to where what was written begins again
     */
    private int tear(Lane lane, byte[] torn, int from, int to) throws IOException {
        String file = lab.newest(lane);
        FakeDisk disk = lab.disk.copy();
        disk.put(file, torn);
        DiskJournal first = lab.lab.open(disk, JournalLab.SMALL);
        List<String> replayed = DamageLab.replay(first);
        assertThat(lab.lab.put(first, lane, "d0", "after the loss")).isTrue();
        disk.powerLoss();
        DiskJournal second = lab.lab.open(disk, JournalLab.SMALL);
        Map<String, Frame> frames = DamageLab.delivered(second, lane);
        String what = "%s %d..%d".formatted(file, from, to);
        int lost = lab.checkTruth(without(frames, "after the loss"));
        for (DamageLab.Place place : lab.places) {
            boolean untouched = !place.file().equals(file) || place.to() <= from;
            if (place.lane() == lane && untouched) {
                Frame frame = frames.get(place.key());
                assertThat(frame).as(what).isNotNull();
                assertThat(DamageLab.isLost(frame)).as(what).isFalse();
                boolean inState = replayed.contains(DamageLab.STATE) && !lab.isAfterState(place);
                if (lane == Lane.MONEY && place.file().equals(file) && !inState) {
                    assertThat(replayed).as(what).containsAll(JournalLab.texts(List.of(frame)));
                }
            }
        }
        assertThat(frames.values())
                .as(what)
                .anyMatch(f -> JournalLab.texts(List.of(f)).contains("after the loss"));
        return lost;
    }

    private static Map<String, Frame> without(Map<String, Frame> frames, String text) {
        Map<String, Frame> rest = new java.util.HashMap<>(frames);
        rest.values().removeIf(f -> JournalLab.texts(List.of(f)).contains(text));
        return rest;
    }
}
