package io.weir.edge.journal;

import io.weir.model.fact.ShedFact;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one lane refused since it last told so, per partition. Counted by any thread; told by the
 * writer in the next frame that finds room. A restart forgets it: none of it was acknowledged.
 */
final class Sheds {
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong total = new AtomicLong();
    private final AtomicLongArray entries;
    private final AtomicLongArray bytes;

    Sheds(int partitions) {
        entries = new AtomicLongArray(partitions);
        bytes = new AtomicLongArray(partitions);
    }

    void count(int partition, long size) {
        add(partition, 1, size);
        total.incrementAndGet();
    }

    /** Is there something to tell? */
    boolean any() {
        return waiting.get() > 0;
    }

    /** Takes the partition's count out; null when there is none. */
    @Nullable ShedFact take(int partition) {
        long n = entries.getAndSet(partition, 0);
        if (n == 0) {
            return null;
        }
        waiting.addAndGet(-n);
        return new ShedFact(n, bytes.getAndSet(partition, 0), "journal full");
    }

    /** The frame that should have told it was not written. */
    void giveBack(int partition, ShedFact fact) {
        add(partition, fact.entries(), fact.bytes());
    }

    /** Entries refused since the start. */
    long total() {
        return total.get();
    }

    private void add(int partition, long n, long size) {
        bytes.addAndGet(partition, size);
        entries.addAndGet(partition, n);
        waiting.addAndGet(n);
    }
}
