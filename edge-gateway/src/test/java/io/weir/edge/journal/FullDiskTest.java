package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.fact.ShedFact;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The disk runs full while all three lanes write: telemetry is shed first, then alarms, then no
 * dispense may begin, and money is written to the end; then room returns. What was confirmed is
 * what is stored, and every refusal is counted.
 */
class FullDiskTest {
    private static final int FREE = 60_000;
    private static final String TEXT = "x".repeat(300);

    private final JournalLab lab = new JournalLab();
    private final Map<Lane, List<String>> confirmed = new EnumMap<>(Lane.class);
    private final Map<Lane, Integer> refused = new EnumMap<>(Lane.class);
    private int next;

    @TempDir Path folder;

    @Test
    void telemetryGivesWayFirstThenAlarmsThenNewDispenses() throws IOException {
        FakeDisk disk = new FakeDisk(new Random(1));
        DiskJournal journal = open(disk);
        disk.free(4 * FREE);
        List<String> order = fill(journal, 2000);
        assertThat(order)
                .containsExactly(
                        "TELEMETRY is shed",
                        "ALARM is shed",
                        "no dispense begins",
                        "MONEY is full");
        disk.free(10 * FREE);
        assertThat(journal.hasRoom(Lane.MONEY)).as("not before a write has worked").isFalse();
        roomReturned(journal);
        disk.powerLoss();
        storedIsConfirmed(open(disk));
    }

    /** Needs root and a Linux that lets it mount; everything else of this class needs neither. */
    @Test
    void aRealFileSystemRunsFull() throws Exception {
        Path mount = Files.createDirectories(folder.resolve("tmpfs"));
        String why = run("mount", "-t", "tmpfs", "-o", "size=400k", "weir-test", mount.toString());
        assumeTrue(why.isEmpty(), "no tmpfs can be mounted here: " + why);
        try {
            try (FileDisk disk = new FileDisk(mount);
                    DiskJournal journal = open(disk)) {
                assertThat(fill(journal, 2000))
                        .containsExactly(
                                "TELEMETRY is shed",
                                "ALARM is shed",
                                "no dispense begins",
                                "MONEY is full");
                run("mount", "-o", "remount,size=2m", mount.toString());
                roomReturned(journal);
            }
            try (FileDisk disk = new FileDisk(mount)) {
                storedIsConfirmed(open(disk));
            }
        } finally {
            assertThat(run("umount", mount.toString())).isEmpty();
        }
    }

    private DiskJournal open(Disk disk) {
        return lab.open(disk, JournalLab.config(16_384, 64 << 20, FREE, 0));
    }

    /** Writes to all lanes until nothing is taken any more; tells what gave way, in order. */
    private List<String> fill(DiskJournal journal, int rounds) {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < rounds && !order.contains("MONEY is full"); i++) {
            for (Lane lane : Lane.values()) {
                if (!put(journal, lane)) {
                    note(order, lane + (lane == Lane.MONEY ? " is full" : " is shed"));
                }
            }
            if (!journal.hasRoom(Lane.MONEY)) {
                note(order, "no dispense begins");
            }
        }
        assertThat(lab.health.ready()).isFalse();
        return order;
    }

    private static void note(List<String> order, String what) {
        if (!order.contains(what)) {
            order.add(what);
        }
    }

    private boolean put(DiskJournal journal, Lane lane) {
        String text = lane + " " + next++ + " " + TEXT;
        boolean kept = lab.put(journal, lane, "d" + next % 3, text);
        if (kept) {
            confirmed.computeIfAbsent(lane, l -> new ArrayList<>()).add(text);
        } else {
            refused.merge(lane, 1, Integer::sum);
        }
        return kept;
    }

    private void roomReturned(DiskJournal journal) {
        for (int i = 0; i < 3; i++) {
            for (Lane lane : Lane.values()) {
                assertThat(put(journal, lane)).as("%s again", lane).isTrue();
            }
        }
        assertThat(journal.hasRoom(Lane.MONEY)).isTrue();
        assertThat(lab.health.ready()).isTrue();
    }

    private void storedIsConfirmed(DiskJournal journal) throws IOException {
        for (Lane lane : Lane.values()) {
            List<Frame> frames = List.copyOf(DamageLab.delivered(journal, lane).values());
            List<String> stored = new ArrayList<>();
            long shed = 0;
            for (Frame frame : frames) {
                for (Entry entry : frame.entries()) {
                    if (entry.kind() == FactKind.SHED) {
                        ShedFact told = Json.read(entry.payload(), ShedFact.class);
                        shed += told.entries();
                    } else {
                        stored.add(new String(entry.payload(), StandardCharsets.UTF_8));
                    }
                }
            }
            assertThat(stored).containsExactlyInAnyOrderElementsOf(confirmed.get(lane));
            assertThat(shed).as("%s told", lane).isEqualTo(refused.get(lane).longValue());
            assertThat(journal.damaged(lane)).isZero();
        }
        System.out.printf("full disk: confirmed %s, refused and told %s%n", sizes(), refused);
    }

    private Map<Lane, Integer> sizes() {
        Map<Lane, Integer> sizes = new EnumMap<>(Lane.class);
        confirmed.forEach((lane, texts) -> sizes.put(lane, texts.size()));
        return sizes;
    }

    /** What the command said when it failed; empty when it worked. */
    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException absent) {
            return String.valueOf(absent.getMessage());
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0 ? "" : said.strip() + " (" + process.exitValue() + ")";
    }
}
