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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One damaged byte, anywhere: found, kept aside, told; all else is delivered as it was. */
class DamagedByteTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.weir.edge.journal");
    private final DamageLab lab = new DamageLab(40, true);

    DamagedByteTest() throws IOException {}

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    @Test
    void everyByteOfEveryFile() throws IOException {
        Random random = new Random(3);
        int bytes = 0;
        int lost = 0;
        for (String file : lab.disk.list()) {
            byte[] content = lab.disk.content(file);
            for (int at = 0; at < content.length; at++) {
                byte[] damaged = content.clone();
                damaged[at] ^= (byte) (random.nextBoolean() ? 0xFF : 1 << random.nextInt(8));
                lost += damage(file, at, damaged);
                bytes++;
            }
        }
        assertThat(lost).isPositive();
        System.out.printf(
                "damaged bytes: %d, each found; %d frames lost, each told%n", bytes, lost);
    }

    private int damage(String file, int at, byte[] damaged) throws IOException {
        String what = file + " at " + at;
        FakeDisk disk = lab.disk.copy();
        disk.put(file, damaged);
        DiskJournal journal = lab.lab.open(disk, JournalLab.SMALL);
        List<String> replayed = DamageLab.replay(journal);
        assertThat(replayed.getFirst()).as(what).isEqualTo(DamageLab.STATE);
        Map<String, Frame> frames = new HashMap<>();
        boolean atEnd = at >= damaged.length - lab.closingBytes(file);
        long found = journal.identityRepaired() ? 1 : 0;
        for (Lane lane : Lane.values()) {
            frames.putAll(DamageLab.delivered(journal, lane));
            found += journal.damaged(lane);
        }
        assertThat(frames.keySet()).as(what).isEqualTo(lab.written.keySet());
        int lost = lab.checkTruth(frames);
        for (DamageLab.Place place : lab.places) {
            boolean hit = place.file().equals(file) && place.from() <= at && at < place.to();
            assertThat(DamageLab.isLost(frames.get(place.key()))).as(what).isEqualTo(hit);
        }
        if (found == 0 && atEnd) {
            return 0; // the second copy of the word that nothing follows: as a torn end, it is cut
        }
        assertThat(found).as("found: " + what).isEqualTo(1);
        assertThat(disk.list()).as(what).contains(file + ".bad");
        assertThat(disk.content(file + ".bad")).isEqualTo(damaged);
        assertThat(lab.lab.health.reports().get("journal").detail().toString())
                .as(what)
                .containsAnyOf("damaged_segments=1", "journal.id was damaged");
        return lost;
    }
}
