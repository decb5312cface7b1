package io.weir.edge.journal.choice;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalConfig;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.SystemTime;

import java.nio.file.Path;
import java.time.Duration;

/** Weir's own segment log as the gateway uses it: partitions, frames, checksums, shares. */
final class WeirCandidate implements Candidate {
    private static final int DEVICES = 50;

    private final SystemTime time = new SystemTime();
    private final FileDisk disk;
    private final DiskJournal journal;
    private final String[] devices = new String[DEVICES];
    private int next;

    WeirCandidate(Path folder, Duration pause) throws Exception {
        disk = new FileDisk(folder);
        JournalConfig config =
                new JournalConfig(
                        4,
                        16 << 20,
                        256L << 20,
                        64L << 20,
                        16_384L << 20,
                        64L << 20,
                        65_536,
                        64L << 20,
                        1 << 20,
                        768 << 10,
                        64 << 10,
                        16L << 20,
                        pause);
        for (int i = 0; i < DEVICES; i++) {
            devices[i] = "demoPK00000.bench" + i;
        }
        journal =
                new DiskJournal(
                        disk, config, "bench", time, new SimpleMeterRegistry(), new Health());
        journal.start();
    }

    @Override
    public void append(byte[] entry, Runnable kept) {
        next = (next + 1) % DEVICES;
        journal.append(
                Lane.TELEMETRY,
                new Entry(
                        FactKind.PROPERTY_POST,
                        devices[next],
                        7,
                        time.now().toEpochMilli(),
                        time.tick().ms(),
                        "",
                        entry),
                done -> {
                    if (!done) {
                        throw new IllegalStateException("refused");
                    }
                    kept.run();
                });
    }

    @Override
    public void close() throws Exception {
        journal.close();
        disk.close();
    }
}
