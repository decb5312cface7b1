package io.weir.edge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Real files, the real writer's thread, real event loops. */
class FileJournalTest {
    private final JournalLab lab = new JournalLab();

    @TempDir Path folder;

    @Test
    void twoLoopsAppendAndHearBackOnTheirOwnThreadInOrder() throws Exception {
        int each = 250;
        Vertx vertx = Vertx.vertx();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(2 * each);
        try (FileDisk disk = new FileDisk(folder);
                DiskJournal journal = lab.open(disk, JournalLab.SMALL).start()) {
            for (String device : List.of("d0", "d1")) {
                vertx.deployVerticle(
                                new VerticleBase() {
                                    @Override
                                    public Future<?> start() {
                                        burst(journal, device, each, done, wrong);
                                        return Future.succeededFuture();
                                    }
                                })
                        .await();
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }
        vertx.close().await();
        assertThat(wrong).isEmpty();
        try (FileDisk disk = new FileDisk(folder);
                DiskJournal again = lab.open(disk, JournalLab.SMALL)) {
            List<Frame> frames = JournalLab.frames(again, Lane.TELEMETRY);
            for (String device : List.of("d0", "d1")) {
                assertThat(numbers(frames, device)).hasSize(each).isSorted();
            }
        }
    }

    private static List<Integer> numbers(List<Frame> frames, String device) {
        return frames.stream()
                .flatMap(f -> f.entries().stream())
                .filter(e -> e.device().equals(device))
                .map(e -> Integer.valueOf(new String(e.payload(), StandardCharsets.UTF_8)))
                .toList();
    }

    private void burst(
            DiskJournal journal, String device, int n, CountDownLatch done, Set<String> wrong) {
        Thread own = Thread.currentThread();
        int[] next = {0};
        for (int i = 0; i < n; i++) {
            int number = i;
            journal.append(
                    Lane.TELEMETRY,
                    lab.entry(device, String.valueOf(number)),
                    kept -> {
                        if (!kept || Thread.currentThread() != own || next[0]++ != number) {
                            wrong.add(device + " " + number + " " + kept);
                        }
                        done.countDown();
                    });
        }
    }

    @Test
    void closingCommitsWhatWaitsAndRefusesTheRest() throws IOException {
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (FileDisk disk = new FileDisk(folder)) {
            DiskJournal journal = lab.open(disk, JournalLab.SMALL).start();
            for (int i = 0; i < 100; i++) {
                journal.append(Lane.MONEY, lab.entry("d", "a"), ok -> kept.addAndGet(ok ? 1 : 0));
            }
            journal.close();
            journal.append(Lane.MONEY, lab.entry("d", "b"), ok -> refused.addAndGet(ok ? 0 : 1));
        }
        assertThat(kept).hasValue(100);
        assertThat(refused).hasValue(1);
    }

    @Test
    void aSecondProcessIsKeptOut() throws IOException {
        try (FileDisk first = new FileDisk(folder)) {
            assertThat(first.usable()).isPositive();
            assertThatThrownBy(() -> new FileDisk(folder)).hasMessageContaining("another process");
        }
        new FileDisk(folder).close();
    }
}
