package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/** DESIGN section 8: seeded lives of the journal. {@code -Dweir.seeds=N} for more. */
class JournalSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.seeds", 700);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.weir.edge.journal");

    /** Hundreds of broken disks have much to say. */
    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    @Test
    void whateverHappensToTheDiskAllThatWasConfirmedArrivesOnceAndInOrder() throws IOException {
        int[] hits = new int[9];
        for (long seed = 1; seed <= SEEDS; seed++) {
            JournalSimulation life = new JournalSimulation(seed, UnaryOperator.identity());
            try {
                life.run();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("seed " + seed, e);
            }
            count(hits, life);
        }
        System.out.printf(
                "journal simulation: %d seeds; kept %d, refused %d, crashes %d, torn bytes %d,"
                        + " holes %d, failed syncs %d, refused writes %d, deleted %d, replays %d%n",
                SEEDS, hits[0], hits[1], hits[2], hits[3], hits[4], hits[5], hits[6], hits[7],
                hits[8]);
        for (int hit : hits) {
            assertThat(hit).as("every kind of fault was met").isPositive();
        }
    }

    @Test
    void aJournalThatConfirmsBeforeItSyncsIsCaught() {
        int caught = 0;
        for (long seed = 1; seed <= 100; seed++) {
            try {
                new JournalSimulation(seed, SyncsLate::new).run();
            } catch (AssertionError | IOException e) {
                caught++;
            }
        }
        assertThat(caught).as("seeds of 100 that notice").isGreaterThan(10);
    }

    private static void count(int[] hits, JournalSimulation life) {
        hits[0] += life.kept;
        hits[1] += life.refused;
        hits[2] += life.crashes;
        hits[3] += life.fake.tornBytes;
        hits[4] += life.fake.holes;
        hits[5] += life.fake.failedSyncs;
        hits[6] += life.fake.refusedWrites;
        hits[7] += life.fake.deleted;
        hits[8] += life.replays;
    }

    /** The planted fault: a sync that happens only with the next write. */
    private record SyncsLate(Disk disk) implements Disk {
        @Override
        public List<String> list() throws IOException {
            return disk.list();
        }

        @Override
        public Tail create(String name) throws IOException {
            return new LateTail(disk.create(name));
        }

        @Override
        public long size(String name) throws IOException {
            return disk.size(name);
        }

        @Override
        public void read(String name, long position, ByteBuffer into) throws IOException {
            disk.read(name, position, into);
        }

        @Override
        public void settle(String name, byte[] content) throws IOException {
            disk.settle(name, content);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void syncFolder() throws IOException {
            disk.syncFolder();
        }

        @Override
        public long usable() throws IOException {
            return disk.usable();
        }

        @Override
        public void write(String name, byte[] content) throws IOException {
            disk.write(name, content);
        }
    }

    private static final class LateTail implements Disk.Tail {
        private final Disk.Tail tail;
        private boolean owed;

        LateTail(Disk.Tail tail) {
            this.tail = tail;
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            if (owed) {
                tail.sync();
            }
            tail.append(bytes);
        }

        @Override
        public void sync() {
            owed = true;
        }

        @Override
        public void cut(long size) throws IOException {
            tail.cut(size);
        }

        @Override
        public void close() throws IOException {
            tail.close();
        }
    }
}
