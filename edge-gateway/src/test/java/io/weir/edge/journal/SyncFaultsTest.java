package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the journal does when the disk answers with an error, or late. */
class SyncFaultsTest {
    private final JournalLab lab = new JournalLab();
    private final FakeDisk disk = new FakeDisk(new Random(5));

    @TempDir Path folder;

    /** Delayed allocation and network file systems tell only at the fsync that there is no room. */
    @ParameterizedTest
    @ValueSource(strings = {"input/output error", "no space left on device"})
    void aDiskWhoseSyncsAllFailConfirmsNothingAndARestartGoesOnFromWhatWasConfirmed(String error)
            throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        assertThat(lab.put(journal, Lane.MONEY, "d1", "sure")).isTrue();
        disk.failSyncs(error);
        for (Lane lane : Lane.values()) {
            assertThat(lab.put(journal, lane, "d1", "never")).isFalse();
            assertThat(journal.hasRoom(lane)).isFalse();
        }
        assertThat(journal.failure()).isEqualTo(error);
        assertThat(lab.health.ready()).isFalse();
        assertThat(lab.health.ended()).containsKey("journal");
        assertThatThrownBy(() -> lab.open(disk, JournalLab.SMALL))
                .as("a restart does not go on upon such a disk")
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(error);
        disk.failSyncs(null);
        disk.powerLoss();
        DiskJournal next = lab.open(disk, JournalLab.SMALL);
        assertThat(lab.put(next, Lane.MONEY, "d1", "anew")).isTrue();
        List<Frame> frames = JournalLab.frames(next, Lane.MONEY);
        assertThat(JournalLab.texts(frames)).containsExactly("sure", "anew");
        assertThat(frames).extracting(Frame::number).containsExactly(1L, 2L);
    }

    @Test
    void aShortWriteIsTakenBackAndTheJournalGoesOn() throws IOException {
        DiskJournal journal = lab.open(disk, JournalLab.SMALL);
        assertThat(lab.put(journal, Lane.MONEY, "d1", "a")).isTrue();
        for (int length = 0; length < 150; length++) {
            disk.longestWrite(length);
            assertThat(lab.put(journal, Lane.MONEY, "d1", "x".repeat(100))).isFalse();
        }
        disk.longestWrite(Integer.MAX_VALUE);
        assertThat(journal.failure()).isNull();
        assertThat(lab.put(journal, Lane.MONEY, "d1", "b")).isTrue();
        disk.powerLoss();
        List<Frame> frames = JournalLab.frames(lab.open(disk, JournalLab.SMALL), Lane.MONEY);
        assertThat(frames).extracting(Frame::number).containsExactly(1L, 2L);
        assertThat(JournalLab.texts(frames).getFirst()).isEqualTo("a");
        assertThat(JournalLab.texts(frames).getLast()).isEqualTo("b");
        assertThat(JournalLab.texts(frames).get(1)).contains("\"entries\":150");
    }

    /** Callers are never blocked: what the queue can't hold is refused at once and counted. */
    @Test
    void aSlowDiskRefusesWhatItCantTakeAndLosesNothing() throws Exception {
        Set<String> confirmed = ConcurrentHashMap.newKeySet();
        AtomicInteger answers = new AtomicInteger();
        AtomicLong slowest = new AtomicLong();
        int n = 6000;
        try (FileDisk real = new FileDisk(folder);
                DiskJournal journal = lab.open(new SlowDisk(real), JournalLab.SLOW).start()) {
            for (int i = 0; i < n; i++) {
                String text = "m" + i;
                long start = System.nanoTime();
                journal.append(
                        Lane.TELEMETRY,
                        lab.entry("d" + i % 9, text),
                        kept -> {
                            if (kept) {
                                confirmed.add(text);
                            }
                            answers.incrementAndGet();
                        });
                slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
            }
        }
        assertThat(answers).hasValue(n);
        assertThat(confirmed.size()).isBetween(512, n - 1);
        assertThat(TimeUnit.NANOSECONDS.toMillis(slowest.get())).as("ms").isLessThan(150);
        try (FileDisk real = new FileDisk(folder)) {
            DiskJournal again = lab.open(real, JournalLab.SLOW);
            List<String> stored = JournalLab.texts(JournalLab.frames(again, Lane.TELEMETRY));
            assertThat(stored).containsAll(confirmed).doesNotHaveDuplicates();
        }
        System.out.printf("slow disk: %d of %d confirmed, the rest refused%n", confirmed.size(), n);
    }

    /** Each sync of a file takes a fifth of a second. */
    private record SlowDisk(Disk disk) implements Disk {
        @Override
        public List<String> list() throws IOException {
            return disk.list();
        }

        @Override
        @SuppressWarnings("resource") // the slow tail closes it
        public Tail create(String name) throws IOException {
            Tail tail = disk.create(name);
            return new Tail() {
                @Override
                public void append(ByteBuffer bytes) throws IOException {
                    tail.append(bytes);
                }

                @Override
                public void sync() throws IOException {
                    try {
                        TimeUnit.MILLISECONDS.sleep(200);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    tail.sync();
                }

                @Override
                public void cut(long size) throws IOException {
                    tail.cut(size);
                }

                @Override
                public void close() throws IOException {
                    tail.close();
                }
            };
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
    }
}
