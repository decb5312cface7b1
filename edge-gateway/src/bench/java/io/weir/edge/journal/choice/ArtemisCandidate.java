package io.weir.edge.journal.choice;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.journal.impl.dataformat.ByteArrayEncoding;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** ActiveMQ Artemis' journal over NIO: it batches by itself and syncs each batch. */
final class ArtemisCandidate implements Candidate {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte RECORD = 1;

    private final AtomicLong number = new AtomicLong();
    private final NIOSequentialFileFactory files;
    private final JournalImpl journal;

    ArtemisCandidate(Path folder, int pauseNanos) throws Exception {
        files =
                new NIOSequentialFileFactory(
                        folder.toFile(), true, BUFFER_BYTES, pauseNanos, 1, false, null, null);
        journal = new JournalImpl(16 << 20, 4, 4, 0, 0, files, "weir", "jnl", 1);
        journal.start();
        journal.load(new ArrayList<>(), new ArrayList<>(), null);
    }

    @Override
    public void append(byte[] entry, Runnable kept) {
        try {
            journal.appendAddRecord(
                    number.incrementAndGet(),
                    RECORD,
                    new ByteArrayEncoding(entry),
                    true,
                    new Confirm(Vertx.currentContext(), kept));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        journal.stop();
        files.stop();
    }

    private record Confirm(Context loop, Runnable kept) implements IOCompletion {
        @Override
        public void storeLineUp() {}

        @Override
        public void done() {
            loop.runOnContext(v -> kept.run());
        }

        @Override
        public void onError(int code, String message) {
            throw new IllegalStateException(code + " " + message);
        }
    }
}
