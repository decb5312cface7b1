package io.weir.edge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.edge.journal.DiskJournal;

/** Starts the journal's writer before, and closes it after, everything that journals. */
final class JournalVerticle extends VerticleBase {
    private final DiskJournal journal;

    JournalVerticle(DiskJournal journal) {
        this.journal = journal;
    }

    @Override
    public Future<?> start() {
        journal.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return vertx.executeBlocking(
                () -> {
                    journal.close();
                    return journal;
                });
    }
}
