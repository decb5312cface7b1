package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.fact.Partitions;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.ManualTime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * One seeded life of a journal: appends, commits, forwarding to two consumers of different speed,
 * marks, checkpoints, and everything that a disk and a power line can do. The oracle is the
 * simulation's own list of what was confirmed.
 */
final class JournalSimulation {
    static final int PARTITIONS = 3;
    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
    private static final Lane[] LANES = Lane.values();

    /** A consumer's marks and what it applied, as DESIGN section 2 demands of it. */
    private static final class Consumer {
        final long[][] marks = new long[LANES.length][PARTITIONS];
        final Set<Long> applied = new HashSet<>();
        final long[][] lastId = new long[LANES.length][PARTITIONS];
        int position;

        void take(Frame frame) {
            int lane = frame.lane().ordinal();
            int p = frame.partition();
            assertThat(frame.number())
                    .as("no hole in %s/%d", frame.lane(), p)
                    .isLessThanOrEqualTo(marks[lane][p] + 1);
            if (frame.number() <= marks[lane][p]) {
                return;
            }
            marks[lane][p] = frame.number();
            for (Entry entry : frame.entries()) {
                if (entry.kind() != FactKind.SHED) {
                    long id = id(entry);
                    assertThat(id).as("in order, once").isGreaterThan(lastId[lane][p]);
                    lastId[lane][p] = id;
                    applied.add(id);
                }
            }
        }
    }

    final FakeDisk fake;
    int crashes;
    int kept;
    int refused;
    int replays;
    long damaged;

    private final Random random;
    private final Disk disk;
    private final ManualTime time = new ManualTime(Instant.EPOCH, "boot-0");
    private final JournalConfig config;
    private final List<Frame> kafka = new ArrayList<>();
    private final Consumer quick = new Consumer();
    private final Consumer slow = new Consumer();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Set<Long> refusedForSure = new HashSet<>();
    private final TreeSet<Long> acknowledgedMoney = new TreeSet<>();
    private final long[][] told = new long[LANES.length][PARTITIONS];
    private DiskJournal journal;
    private LaneReader[] readers;
    private long nextId = 1;
    private long lastMoney;
    private int boots;

    /**
     * @param fault plants a fault between journal and disk
     */
    JournalSimulation(long seed, UnaryOperator<Disk> fault) {
        random = new Random(seed);
        fake = new FakeDisk(random);
        fake.onDelete(this::deletedOnlyWhenCovered);
        disk = fault.apply(fake);
        config =
                new JournalConfig(
                        PARTITIONS,
                        4096,
                        16384 + random.nextInt(65536),
                        8192 + random.nextInt(16384),
                        8192 + random.nextInt(16384),
                        random.nextInt(2000),
                        64,
                        8192,
                        4096,
                        1536,
                        512,
                        random.nextInt(3) * 4000L,
                        Duration.ZERO);
    }

    void run() throws IOException {
        open();
        int steps = 80 + random.nextInt(160);
        for (int i = 0; i < steps; i++) {
            guarded(this::step);
        }
        fake.powerLoss();
        guarded(this::open);
        guarded(this::everythingArrives);
        assertThat(quick.applied).as("all that was confirmed").containsAll(acknowledged);
        assertThat(slow.applied).isEqualTo(quick.applied);
        refusedForSure.retainAll(quick.applied);
        assertThat(refusedForSure).as("refused, but there").isEmpty();
    }

    private interface Act {
        void run() throws IOException;
    }

    private void guarded(Act act) throws IOException {
        try {
            act.run();
        } catch (FakeDisk.Crash crash) {
            restart(random.nextBoolean());
        }
    }

    private void step() throws IOException {
        int dice = random.nextInt(100);
        if (dice < 40) {
            appendSome();
        } else if (dice < 66) {
            turn();
        } else if (dice < 76) {
            forward(1 + random.nextInt(3000));
        } else if (dice < 82) {
            slowConsumerGoesOn(random.nextInt(20));
        } else if (dice < 88) {
            marks();
        } else if (dice < 91) {
            checkpoint();
        } else if (dice < 94) {
            fake.crashIn(random.nextInt(8));
        } else if (dice < 96) {
            restart(random.nextBoolean() || diesAtTheEnd());
        } else if (dice < 98) {
            fake.free(random.nextBoolean() ? random.nextInt(3000) : Long.MAX_VALUE);
        } else if (dice < 99) {
            fake.failNextSync();
        } else {
            rewind();
        }
    }

    private void appendSome() {
        int n = 1 + random.nextInt(8);
        for (int i = 0; i < n; i++) {
            Lane lane = LANES[random.nextInt(LANES.length)];
            long id = nextId++;
            byte[] payload = new byte[8 + random.nextInt(200)];
            ByteBuffer.wrap(payload).putLong(id);
            Entry entry =
                    new Entry(
                            FactKind.DISPENSE,
                            "d" + random.nextInt(9),
                            0,
                            0,
                            time.tick().ms(),
                            "x",
                            payload);
            if (lane == Lane.MONEY) {
                lastMoney = id;
            }
            DiskJournal asked = journal;
            journal.append(lane, entry, ok -> answered(asked, lane, id, ok));
        }
    }

    private void answered(DiskJournal asked, Lane lane, long id, boolean ok) {
        if (ok) {
            kept++;
            acknowledged.add(id);
            if (lane == Lane.MONEY) {
                acknowledgedMoney.add(id);
            }
        } else {
            refused++;
            if (asked.failure() == null) {
                refusedForSure.add(id);
            }
        }
    }

    private void turn() throws IOException {
        journal.turn();
        if (journal.failure() != null) {
            restart(random.nextBoolean());
        }
    }

    private void forward(int most) throws IOException {
        LaneReader reader = readers[random.nextInt(LANES.length)];
        for (StoredFrame stored : reader.next(most)) {
            Frame frame = FrameCodec.decode(stored.bytes());
            assertThat(frame.number()).isEqualTo(stored.number());
            kafka.add(frame);
            quick.take(frame);
        }
    }

    /** As after a broken producer: some frames go up once more. */
    private void rewind() throws IOException {
        LaneReader reader = readers[random.nextInt(LANES.length)];
        List<StoredFrame> frames = reader.next(2000);
        if (!frames.isEmpty()) {
            reader.rewind(frames.getFirst());
        }
    }

    private void slowConsumerGoesOn(int n) {
        for (int i = 0; i < n && slow.position < kafka.size(); i++) {
            slow.take(kafka.get(slow.position++));
        }
    }

    private void marks() {
        for (Lane lane : LANES) {
            long[] least = new long[PARTITIONS];
            int l = lane.ordinal();
            Arrays.setAll(least, p -> Math.min(quick.marks[l][p], slow.marks[l][p]));
            told[l] = least;
            journal.applied(lane, least);
        }
    }

    private void checkpoint() {
        byte[] state = ByteBuffer.allocate(8).putLong(lastMoney).array();
        journal.checkpoint(state, ok -> {});
    }

    private void restart(boolean power) throws IOException {
        crashes++;
        if (power) {
            fake.powerLoss();
        } else {
            long free = fake.usable();
            fake.calm();
            fake.free(random.nextBoolean() ? free : Long.MAX_VALUE);
        }
        boolean open = false;
        while (!open) {
            try {
                open();
                open = true;
            } catch (FakeDisk.Crash again) {
                fake.powerLoss();
            }
            if (random.nextInt(5) == 0) {
                fake.crashIn(random.nextInt(12));
            }
        }
    }

    /** Ends the journal in order; true when power is lost before it has. */
    private boolean diesAtTheEnd() throws IOException {
        try {
            journal.close();
            return false;
        } catch (FakeDisk.Crash crash) {
            fake.powerLoss();
            return true;
        }
    }

    private void open() throws IOException {
        if (journal != null) {
            for (Lane lane : LANES) {
                damaged += damagedSegments(lane);
            }
        }
        time.reboot("boot-" + ++boots);
        journal = new DiskJournal(disk, config, "gw", time, METERS, new Health());
        readers = readers();
        replay();
    }

    private long damagedSegments(Lane lane) {
        return journal.damaged(lane);
    }

    private LaneReader[] readers() {
        return Arrays.stream(LANES).map(journal::reader).toArray(LaneReader[]::new);
    }

    /** The engine's state and what it is told after it make up all that was confirmed. */
    private void replay() {
        long[] checkpoint = {0};
        TreeSet<Long> after = new TreeSet<>();
        long[] last = new long[PARTITIONS];
        journal.replayMoney(
                new Journal.Replay() {
                    @Override
                    public void checkpoint(byte[] state) {
                        checkpoint[0] = ByteBuffer.wrap(state).getLong();
                        replays++;
                    }

                    @Override
                    public void entry(String boot, Entry entry) {
                        if (entry.kind() == FactKind.SHED) {
                            return;
                        }
                        long id = id(entry);
                        int p = Partitions.of(entry.device(), PARTITIONS);
                        assertThat(id).isGreaterThan(checkpoint[0]).isGreaterThan(last[p]);
                        last[p] = id;
                        after.add(id);
                    }
                });
        assertThat(after)
                .as("replay after checkpoint %d", checkpoint[0])
                .containsAll(acknowledgedMoney.tailSet(checkpoint[0], false));
    }

    private void everythingArrives() throws IOException {
        for (int i = 0; i < 50; i++) {
            journal.turn();
        }
        readers = readers();
        for (LaneReader reader : readers) {
            List<StoredFrame> frames;
            while (!(frames = reader.next(5000)).isEmpty()) {
                for (StoredFrame stored : frames) {
                    Frame frame = FrameCodec.decode(stored.bytes());
                    kafka.add(frame);
                    quick.take(frame);
                }
            }
        }
        slowConsumerGoesOn(Integer.MAX_VALUE);
        for (Lane lane : LANES) {
            damaged += damagedSegments(lane);
        }
    }

    private void deletedOnlyWhenCovered(String name, byte[] content) {
        int at = 0;
        while (at < content.length) {
            int size = FrameCodec.wholeAt(content, at, content.length);
            if (size > 0 && FrameCodec.isFrame(content, at)) {
                int lane = FrameCodec.lane(content, at);
                int p = FrameCodec.partition(content, at);
                assertThat(FrameCodec.number(content, at))
                        .as("%s is deleted, all marks cover it", name)
                        .isLessThanOrEqualTo(told[lane][p]);
            }
            at += Math.max(size, 1);
        }
    }

    private static long id(Entry entry) {
        return ByteBuffer.wrap(entry.payload()).getLong();
    }
}
