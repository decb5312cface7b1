package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.fact.ShedFact;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class DiskJournalTest {
    private static final String BIG = "x".repeat(400);

    private final JournalLab lab = new JournalLab();
    private final FakeDisk disk = new FakeDisk(new Random(1));

    @Test
    void whatWasConfirmedIsThereAfterARestartUnderNumbersWithoutHoles() throws IOException {
        DiskJournal first = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < 20; i++) {
            assertThat(lab.put(first, Lane.TELEMETRY, "d1", "a" + i)).isTrue();
        }
        disk.powerLoss();
        DiskJournal second = lab.open(disk, JournalLab.SMALL);
        assertThat(second.id()).isEqualTo(first.id());
        lab.put(second, Lane.TELEMETRY, "d1", "b");
        List<Frame> frames = JournalLab.frames(second, Lane.TELEMETRY);
        assertThat(frames).extracting(Frame::number).containsExactlyElementsOf(upTo(21));
        assertThat(JournalLab.texts(frames)).startsWith("a0", "a1").endsWith("a19", "b");
        assertThat(frames.getLast().boot()).isEqualTo("boot-2");
    }

    @Test
    void allOfACommitThatBelongsTogetherIsOneFrame() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < 10; i++) {
            journal.append(Lane.MONEY, 1, lab.entry("", "m" + i), kept -> {});
        }
        journal.turn();
        List<Frame> frames = JournalLab.frames(journal, Lane.MONEY);
        assertThat(frames).hasSize(1);
        assertThat(frames.getFirst().partition()).isEqualTo(1);
        assertThat(frames.getFirst().entries()).hasSize(10);
    }

    @Test
    void aFrameStaysBelowItsLimit() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < 30; i++) {
            journal.append(Lane.MONEY, 1, lab.entry("", BIG), kept -> {});
        }
        journal.turn();
        List<Frame> frames = JournalLab.frames(journal, Lane.MONEY);
        assertThat(frames).extracting(Frame::number).containsExactlyElementsOf(upTo(frames.size()));
        assertThat(frames).allSatisfy(f -> assertThat(FrameCodec.encode(f)).hasSizeLessThan(4097));
        assertThat(JournalLab.texts(frames)).hasSize(30);
    }

    @Test
    void aDamagedByteLosesItsFrameWhichSaysSoUnderItsNumber() throws IOException {
        DiskJournal first = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < 30; i++) {
            lab.put(first, Lane.TELEMETRY, "d1", i + BIG);
        }
        for (int at : new int[] {900, 2000}) {
            disk.damage("telemetry-0000000000000001.seg", at);
        }
        disk.damage(disk.list().getLast(), 1000);
        DiskJournal second = lab.open(disk, JournalLab.SMALL);
        List<Frame> frames = onceEach(JournalLab.frames(second, Lane.TELEMETRY));
        assertThat(frames).extracting(Frame::number).containsExactlyElementsOf(upTo(30));
        List<Frame> lost =
                frames.stream()
                        .filter(f -> f.entries().getFirst().kind() == FactKind.SHED)
                        .toList();
        assertThat(lost).hasSize(3);
        assertThat(second.damaged(Lane.TELEMETRY)).isEqualTo(2);
        assertThat(disk.list()).contains("telemetry-0000000000000001.seg.bad");
        assertThat(lab.put(second, Lane.TELEMETRY, "d1", "goes on")).isTrue();
        assertThat(JournalLab.frames(lab.open(disk, JournalLab.SMALL), Lane.TELEMETRY))
                .extracting(Frame::number)
                .containsExactlyElementsOf(upTo(31));
    }

    @Test
    void damageInTheGrowingSegmentIsRepairedOnceTheWriterHasLeftIt() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.NO_CACHE);
        for (int i = 0; i < 5; i++) {
            lab.put(journal, Lane.TELEMETRY, "d1", "a" + i);
        }
        disk.damage("telemetry-0000000000000001.seg", 400);
        LaneReader reader = journal.reader(Lane.TELEMETRY);
        List<Frame> frames = new ArrayList<>(JournalLab.frames(reader));
        assertThat(journal.damaged(Lane.TELEMETRY)).isZero();
        journal.turn();
        assertThat(lab.put(journal, Lane.TELEMETRY, "d1", "goes on")).isTrue();
        frames.addAll(JournalLab.frames(reader));
        assertThat(onceEach(frames)).extracting(Frame::number).containsExactlyElementsOf(upTo(6));
        assertThat(JournalLab.texts(frames)).contains("goes on");
        assertThat(journal.damaged(Lane.TELEMETRY)).isEqualTo(1);
        assertThat(lab.health.reports().get("journal").detail().toString())
                .contains("damaged_segments=1");
    }

    @Test
    void aFullLaneRefusesAndTellsHowMuchWhenThereIsRoomAgain() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        int kept = 0;
        while (lab.put(journal, Lane.TELEMETRY, "d1", BIG)) {
            kept++;
        }
        lab.put(journal, Lane.TELEMETRY, "d1", BIG);
        assertThat(lab.put(journal, Lane.MONEY, "d1", "money has its own share")).isTrue();
        assertThat(lab.health.ready()).isFalse();
        int partition = JournalLab.frames(journal, Lane.TELEMETRY).getFirst().partition();
        long[] marks = new long[2];
        marks[partition] = kept;
        journal.applied(Lane.TELEMETRY, marks);
        journal.turn();
        assertThat(lab.put(journal, Lane.TELEMETRY, "d1", "again")).isTrue();
        Frame told = JournalLab.frames(journal, Lane.TELEMETRY).getLast();
        assertThat(told.number()).isEqualTo(kept + 1);
        assertThat(told.entries())
                .extracting(Entry::kind)
                .containsExactly(FactKind.SHED, FactKind.PROPERTY_POST);
        ShedFact shed = Json.read(told.entries().getFirst().payload(), ShedFact.class);
        assertThat(shed.entries()).isEqualTo(2);
        assertThat(lab.health.ready()).isTrue();
    }

    @Test
    void aFullDiskRefusesAndIsUsableAgainWhenItIsNot() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        lab.put(journal, Lane.MONEY, "d1", "a");
        disk.free(100);
        assertThat(lab.put(journal, Lane.MONEY, "d1", BIG)).isFalse();
        disk.free(Long.MAX_VALUE);
        assertThat(lab.put(journal, Lane.MONEY, "d1", "b")).isTrue();
        disk.powerLoss();
        List<Frame> frames = JournalLab.frames(lab.open(disk, JournalLab.SMALL), Lane.MONEY);
        assertThat(frames).extracting(Frame::number).containsExactly(1L, 2L);
        assertThat(frames.getLast().entries())
                .extracting(Entry::kind)
                .containsExactly(FactKind.SHED, FactKind.PROPERTY_POST);
    }

    @Test
    void roomIsDeniedToNewThingsBeforeTheLaneIsFull() {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        assertThat(journal.hasRoom(Lane.MONEY)).isTrue();
        while (journal.hasRoom(Lane.MONEY)) {
            assertThat(lab.put(journal, Lane.MONEY, "d1", BIG)).isTrue();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(lab.put(journal, Lane.MONEY, "d1", BIG)).isTrue();
        }
    }

    @Test
    void aFailedSyncIsTheEndOfConfirming() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        lab.put(journal, Lane.MONEY, "d1", "sure");
        disk.failNextSync();
        assertThat(lab.put(journal, Lane.MONEY, "d1", "unsure")).isFalse();
        assertThat(lab.put(journal, Lane.MONEY, "d1", "late")).isFalse();
        assertThat(journal.failure()).isNotNull();
        assertThat(lab.health.ready()).isFalse();
        assertThat(JournalLab.texts(JournalLab.frames(journal, Lane.MONEY)))
                .as("what was confirmed still goes up")
                .containsExactly("sure");
        DiskJournal next = lab.open(disk, JournalLab.SMALL);
        assertThat(lab.put(next, Lane.MONEY, "d1", "anew")).isTrue();
        assertThat(JournalLab.texts(JournalLab.frames(next, Lane.MONEY)))
                .containsExactly("sure", "anew");
    }

    @Test
    void segmentsGoOnlyWhenTheMarksCoverThemAndNumbersGoOnFromTheHead() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < 30; i++) {
            lab.put(journal, Lane.ALARM, "d1", BIG);
        }
        int p = JournalLab.frames(journal, Lane.ALARM).getFirst().partition();
        int before = disk.list().size();
        long[] marks = new long[2];
        marks[p] = 5;
        journal.applied(Lane.ALARM, marks);
        journal.turn();
        assertThat(disk.list()).hasSize(before);
        marks[p] = 30;
        journal.applied(Lane.ALARM, marks);
        journal.turn();
        assertThat(disk.list()).filteredOn(f -> f.startsWith("alarm")).hasSize(1);
        DiskJournal next = lab.open(disk, JournalLab.SMALL);
        lab.put(next, Lane.ALARM, "d1", "after");
        assertThat(JournalLab.frames(next, Lane.ALARM).getLast().number()).isEqualTo(31);
    }

    @Test
    void moneyStaysUntilACheckpointAndIsReplayedFromIt() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        boolean[] asked = {false};
        journal.onCheckpointDue(() -> asked[0] = true);
        for (int i = 0; i < 30; i++) {
            lab.put(journal, Lane.MONEY, "d1", BIG);
        }
        assertThat(asked[0]).isTrue();
        int p = JournalLab.frames(journal, Lane.MONEY).getFirst().partition();
        long[] marks = new long[2];
        marks[p] = 30;
        journal.applied(Lane.MONEY, marks);
        journal.turn();
        assertThat(disk.list()).filteredOn(f -> f.startsWith("money")).hasSizeGreaterThan(3);
        journal.append(Lane.MONEY, lab.entry("d1", "before"), kept -> {});
        journal.checkpoint("state".getBytes(), kept -> {});
        journal.append(Lane.MONEY, lab.entry("d1", "after"), kept -> {});
        journal.turn();
        assertThat(disk.list()).filteredOn(f -> f.startsWith("money")).hasSizeLessThan(3);
        disk.powerLoss();
        assertThat(replay(lab.open(disk, JournalLab.SMALL)))
                .containsExactly("checkpoint state", "boot-1 after");
    }

    @Test
    void whoRegistersLateIsAskedForACheckpointAllTheSame() {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        lab.put(journal, Lane.MONEY, "d1", "a");
        int[] asked = {0};
        journal.onCheckpointDue(() -> asked[0]++);
        journal.turn();
        journal.turn();
        assertThat(asked[0]).isEqualTo(1);
    }

    @Test
    void aCheckpointFitsIntoAFullMoneyLane() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        int n = 0;
        while (lab.put(journal, Lane.MONEY, "d1", BIG)) {
            n++;
        }
        boolean[] kept = {false};
        journal.checkpoint("s".getBytes(), ok -> kept[0] = ok);
        journal.turn();
        assertThat(kept[0]).isTrue();
        long[] marks = new long[2];
        marks[JournalLab.frames(journal, Lane.MONEY).getFirst().partition()] = n;
        journal.applied(Lane.MONEY, marks);
        journal.turn();
        assertThat(lab.put(journal, Lane.MONEY, "d1", "room")).isTrue();
    }

    @Test
    void aJournalThatIsBehindItsMarksStops() {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        lab.put(journal, Lane.MONEY, "d1", "a");
        journal.applied(Lane.MONEY, new long[] {7, 7});
        journal.turn();
        assertThat(journal.failure()).contains("rolled back");
    }

    @Test
    void anEntryThatCantBeJournaledHarmsNoOther() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        List<String> answers = new ArrayList<>();
        journal.append(Lane.MONEY, 0, lab.entry("d", "one"), k -> answers.add("one " + k));
        journal.append(
                Lane.MONEY, 0, lab.entry("ü".repeat(200), "two"), k -> answers.add("two " + k));
        journal.append(
                Lane.MONEY, 0, lab.entry("d", "x".repeat(2000)), k -> answers.add("three " + k));
        journal.append(Lane.MONEY, 0, lab.entry("dü", "four"), k -> answers.add("four " + k));
        journal.turn();
        assertThat(answers).containsExactly("three false", "one true", "two false", "four true");
        List<Frame> frames = JournalLab.frames(journal, Lane.MONEY);
        assertThat(JournalLab.texts(frames)).containsExactly("one", "four");
        assertThat(frames.getFirst().entries().getLast().device()).isEqualTo("dü");
    }

    @Test
    void aQueueThatIsFullRefusesAtOnce() {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        int[] refused = {0};
        for (int i = 0; i < 1100; i++) {
            journal.append(Lane.TELEMETRY, lab.entry("d1", "a"), k -> refused[0] += k ? 0 : 1);
        }
        assertThat(refused[0]).as("telemetry has half of the queue").isEqualTo(1100 - 512);
        assertThat(journal.hasRoom(Lane.MONEY)).isTrue();
        boolean[] kept = {false};
        journal.append(Lane.MONEY, lab.entry("d1", "m"), k -> kept[0] = k);
        JournalLab.turn(journal);
        assertThat(kept[0]).isTrue();
    }

    @Test
    void aFolderOfAnotherGatewayOrPartitionCountOrWithoutItsIdIsNotTouched() throws IOException {
        lab.put(lab.open(disk, JournalLab.SMALL), Lane.MONEY, "d1", "a");
        assertThatThrownBy(() -> JournalIdentity.of(disk, "other", 2))
                .hasMessageContaining("belongs to gateway gw");
        assertThatThrownBy(() -> JournalIdentity.of(disk, "gw", 3))
                .hasMessageContaining("2 partitions");
        disk.delete("journal.id");
        assertThatThrownBy(() -> JournalIdentity.of(disk, "gw", 2))
                .hasMessageContaining("no journal.id");
    }

    /** As consumers do: a repaired segment is read from its begin again. */
    private static List<Frame> onceEach(List<Frame> frames) {
        List<Frame> once = new ArrayList<>();
        for (Frame frame : frames) {
            if (once.isEmpty() || frame.number() > once.getLast().number()) {
                once.add(frame);
            }
        }
        return once;
    }

    private static List<String> replay(DiskJournal journal) {
        List<String> told = new ArrayList<>();
        journal.replayMoney(
                new Journal.Replay() {
                    @Override
                    public void checkpoint(byte[] state) {
                        told.add("checkpoint " + new String(state));
                    }

                    @Override
                    public void entry(String boot, Entry entry) {
                        told.add(boot + " " + new String(entry.payload()));
                    }
                });
        return told;
    }

    private static List<Long> upTo(int n) {
        return java.util.stream.LongStream.rangeClosed(1, n).boxed().toList();
    }
}
