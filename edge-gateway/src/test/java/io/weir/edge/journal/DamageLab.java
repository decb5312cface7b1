package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A small journal with a known content, to be damaged copy by copy. The oracle is what was appended
 * under each number, and where the frames stood.
 */
final class DamageLab {
    static final String STATE = "the engine's state";

    /** Where one frame stood on the undamaged disk. */
    record Place(Lane lane, int partition, long number, String file, long from, long to) {
        String key() {
            return lane + "/" + partition + "/" + number;
        }
    }

    final JournalLab lab = new JournalLab();
    final FakeDisk disk = new FakeDisk(new Random(1));
    final List<Place> places = new ArrayList<>();
    private final Set<String> afterState = new HashSet<>();
    final Map<String, List<String>> written = new HashMap<>();

    /**
     * Three lanes, the money lane with a checkpoint in its newest segment, ended in order or not.
     */
    DamageLab(int rounds, boolean inOrder) throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        for (int i = 0; i < rounds; i++) {
            if (i == rounds - 5) {
                journal.checkpoint(STATE.getBytes(StandardCharsets.UTF_8), kept -> {});
            }
            for (Lane lane : Lane.values()) {
                String text = lane + " " + i + " " + "x".repeat(i * 37 % 120);
                if (i >= rounds - 5) {
                    afterState.add(text);
                }
                assertThat(lab.put(journal, lane, "d" + i % 5, text)).isTrue();
            }
        }
        for (Lane lane : Lane.values()) {
            LaneReader reader = journal.reader(lane);
            List<StoredFrame> some;
            while (!(some = reader.next(1000)).isEmpty()) {
                some.forEach(f -> note(lane, f));
            }
        }
        if (inOrder) {
            journal.close();
        }
    }

    private void note(Lane lane, StoredFrame stored) {
        String file = new Segment(lane, stored.segment(), new long[0], 0).name();
        long end = stored.offset() + stored.bytes().length;
        Place place =
                new Place(lane, stored.partition(), stored.number(), file, stored.offset(), end);
        places.add(place);
        Frame frame = io.weir.runtime.fact.FrameCodec.decode(stored.bytes());
        written.put(place.key(), JournalLab.texts(List.of(frame)));
    }

    /** Was it appended after the checkpoint? */
    boolean isAfterState(Place place) {
        return afterState.containsAll(written.getOrDefault(place.key(), List.of()));
    }

    /** Bytes of the last closing record of a file; 0 for one that has none. */
    int closingBytes(String file) {
        for (Lane lane : Lane.values()) {
            if (file.equals(newest(lane))) {
                return Records.closed(new long[2]).length / 2;
            }
        }
        return 0;
    }

    /** Name of the lane's newest file. */
    String newest(Lane lane) {
        return disk.list().stream()
                .filter(f -> Segment.seq(lane, f) > 0)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    /** What a consumer makes of a lane: frame by frame, each once, never a hole. */
    static Map<String, Frame> delivered(DiskJournal journal, Lane lane) throws IOException {
        Map<String, Frame> byKey = new HashMap<>();
        long[] marks = new long[journal.partitions()];
        LaneReader reader = journal.reader(lane);
        int idle = 0;
        while (idle < 2) {
            List<Frame> frames = JournalLab.frames(reader);
            idle = frames.isEmpty() ? idle + 1 : 0;
            for (Frame frame : frames) {
                int p = frame.partition();
                assertThat(frame.number()).as("no hole").isLessThanOrEqualTo(marks[p] + 1);
                if (frame.number() == marks[p] + 1) {
                    marks[p]++;
                    byKey.put(lane + "/" + p + "/" + frame.number(), frame);
                }
            }
            journal.turn();
        }
        return byKey;
    }

    static boolean isLost(Frame frame) {
        Entry only = frame.entries().getFirst();
        return only.kind() == FactKind.SHED
                && new String(only.payload(), StandardCharsets.UTF_8).contains("damaged on disk");
    }

    /** Frames must be those that were written under their numbers; counts the lost ones. */
    int checkTruth(Map<String, Frame> delivered) {
        int lost = 0;
        for (Map.Entry<String, Frame> e : delivered.entrySet()) {
            if (isLost(e.getValue())) {
                lost++;
            } else if (written.containsKey(e.getKey())) {
                assertThat(JournalLab.texts(List.of(e.getValue())))
                        .isEqualTo(written.get(e.getKey()));
            }
        }
        return lost;
    }

    /** Checkpoint and entries that the dispense engine is told. */
    static List<String> replay(DiskJournal journal) {
        List<String> told = new ArrayList<>();
        journal.replayMoney(
                new Journal.Replay() {
                    @Override
                    public void checkpoint(byte[] state) {
                        told.add(new String(state, StandardCharsets.UTF_8));
                    }

                    @Override
                    public void entry(String boot, Entry entry) {
                        told.add(new String(entry.payload(), StandardCharsets.UTF_8));
                    }
                });
        return told;
    }

    static byte[] zeroed(byte[] content, int from, int to) {
        byte[] copy = content.clone();
        Arrays.fill(copy, from, Math.min(to, copy.length), (byte) 0);
        return copy;
    }
}
