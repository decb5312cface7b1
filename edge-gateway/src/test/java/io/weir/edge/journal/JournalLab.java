package io.weir.edge.journal;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.ManualTime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A journal that is turned by hand, on whatever disk, and helpers to look at it. */
public final class JournalLab {
    public static final JournalConfig SMALL = config(4096, 32_768);

    public final ManualTime time = new ManualTime(Instant.EPOCH, "boot-0");
    public final Health health = new Health();
    private int boots;

    /** Nothing is read from memory. */
    public static final JournalConfig NO_CACHE = config(4096, 32_768, 0, 0);

    /** Room enough for a test that is about something else. */
    public static final JournalConfig SLOW = config(65_536, 16 << 20);

    public static JournalConfig config(int segmentBytes, long laneBytes) {
        return config(segmentBytes, laneBytes, 0, 1 << 20);
    }

    public static JournalConfig config(
            int segmentBytes, long laneBytes, long freeBytes, long cacheBytes) {
        return new JournalConfig(
                2,
                segmentBytes,
                laneBytes,
                laneBytes,
                laneBytes,
                freeBytes,
                1024,
                1 << 20,
                65_536,
                4096,
                1024,
                cacheBytes,
                Duration.ZERO);
    }

    /** A disk without a disk's slowness. */
    public static Disk memory() {
        return new FakeDisk(new Random(1));
    }

    public DiskJournal open(Disk disk, JournalConfig config) {
        try {
            time.reboot("boot-" + ++boots);
            return new DiskJournal(disk, config, "gw", time, new SimpleMeterRegistry(), health);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public Entry entry(String device, String text) {
        return new Entry(
                FactKind.PROPERTY_POST,
                device,
                0,
                time.now().toEpochMilli(),
                time.tick().ms(),
                "",
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends, commits and tells what became of it. */
    public boolean put(DiskJournal journal, Lane lane, String device, String text) {
        boolean[] answer = {false};
        journal.append(lane, entry(device, text), kept -> answer[0] = kept);
        journal.turn();
        return answer[0];
    }

    /** One turn of the writer, for other packages. */
    public static void turn(DiskJournal journal) {
        journal.turn();
    }

    public static List<Frame> frames(DiskJournal journal, Lane lane) throws IOException {
        return frames(journal.reader(lane));
    }

    public static List<Frame> frames(LaneReader reader) throws IOException {
        List<Frame> all = new ArrayList<>();
        List<StoredFrame> some;
        while (!(some = reader.next(1000)).isEmpty()) {
            some.forEach(f -> all.add(FrameCodec.decode(f.bytes())));
        }
        return all;
    }

    public static List<String> texts(List<Frame> frames) {
        return frames.stream()
                .flatMap(f -> f.entries().stream())
                .map(e -> new String(e.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
