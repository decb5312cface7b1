package io.weir.edge.journal.choice;

import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

import java.nio.file.Path;
import java.util.List;

/** Chronicle Queue: entries in its memory-mapped files, synced once a commit. */
final class ChronicleCandidate extends GroupCommit {
    private final Path folder;
    private SingleChronicleQueue queue;
    private ExcerptAppender appender;

    ChronicleCandidate(Path folder, long pauseNanos) {
        super(pauseNanos);
        this.folder = folder;
        begin();
    }

    @Override
    void commit(List<byte[]> entries) {
        if (queue == null) {
            // an appender belongs to the thread that made it
            queue = SingleChronicleQueueBuilder.binary(folder).syncMode(SyncMode.SYNC).build();
            appender = queue.createAppender();
        }
        for (byte[] entry : entries) {
            try (var document = appender.writingDocument()) {
                document.wire().bytes().write(entry);
            }
        }
        appender.sync();
    }

    @Override
    public void close() throws Exception {
        super.close();
        if (queue != null) {
            queue.close();
        }
    }
}
