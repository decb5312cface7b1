package io.weir.cloud.facts;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;

import java.util.List;

/** Applies a batch in which an entry is bad: halves it under savepoints until that one is alone. */
final class Splitter {
    private final FactApplier applier;
    private final Quarantine quarantine;
    private final SqlConnection tx;

    Splitter(FactApplier applier, Quarantine quarantine, SqlConnection tx) {
        this.applier = applier;
        this.quarantine = quarantine;
        this.tx = tx;
    }

    void apply(List<Frame> frames) {
        sql("SAVEPOINT part");
        RuntimeException failure;
        try {
            applier.apply(tx, frames);
            sql("RELEASE SAVEPOINT part");
            return;
        } catch (RuntimeException e) {
            if (!Blame.entry(e)) {
                throw e;
            }
            failure = e;
        }
        sql("ROLLBACK TO SAVEPOINT part");
        sql("RELEASE SAVEPOINT part");
        split(frames, failure);
    }

    private void split(List<Frame> frames, RuntimeException failure) {
        if (frames.size() > 1) {
            int half = frames.size() / 2;
            apply(frames.subList(0, half));
            apply(frames.subList(half, frames.size()));
            return;
        }
        Frame frame = frames.getFirst();
        List<Entry> entries = frame.entries();
        if (entries.size() > 1) {
            int half = entries.size() / 2;
            apply(List.of(with(frame, entries.subList(0, half))));
            apply(List.of(with(frame, entries.subList(half, entries.size()))));
            return;
        }
        entries.forEach(
                entry ->
                        quarantine.put(
                                tx,
                                frame,
                                entry,
                                Quarantine.NOT_APPLICABLE,
                                String.valueOf(failure.getMessage())));
    }

    static Frame with(Frame frame, List<Entry> entries) {
        return new Frame(
                frame.gateway(),
                frame.journal(),
                frame.lane(),
                frame.partition(),
                frame.number(),
                frame.boot(),
                entries);
    }

    private void sql(String text) {
        tx.query(text).execute().await();
    }
}
