package io.weir.edge.debug;

import io.weir.api.debug.DebugApi.Entry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The last things that were seen of one device, numbered from 1 without a gap. When it is full the
 * oldest go, and whoever has not read them is told how many. Safe for any thread; knows no clock.
 */
final class Ring {
    /** What an entry takes beside its topic and payload, roughly. */
    private static final int OVERHEAD = 128;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final int most;
    private final long mostChars;
    private long chars;
    private long next = 1;

    /**
     * @param lost that went before they were read, right before the first entry
     */
    record Page(List<Entry> entries, long lost) {}

    /**
     * @param most entries at most
     * @param mostChars of all entries together at most; one larger one stays alone
     */
    Ring(int most, long mostChars) {
        this.most = most;
        this.mostChars = mostChars;
    }

    /**
     * @param made by the number that it gets
     */
    synchronized void add(LongFunction<Entry> made) {
        Entry entry = made.apply(next++);
        entries.addLast(entry);
        chars += size(entry);
        while (entries.size() > most || (chars > mostChars && entries.size() > 1)) {
            chars -= size(entries.removeFirst());
        }
    }

    /**
     * @param after a number that was read; one that was never given out counts as the last
     * @param limit entries at most
     * @param limitChars of all that is answered; the first entry comes anyway
     */
    synchronized Page read(long after, int limit, long limitChars) {
        long from = Math.clamp(after, 0, next - 1);
        long oldest = entries.isEmpty() ? next : entries.getFirst().number();
        long lost = Math.max(0, oldest - from - 1);
        List<Entry> page = new ArrayList<>();
        long used = 0;
        Iterator<Entry> all = entries.iterator();
        while (all.hasNext() && page.size() < limit) {
            Entry entry = all.next();
            if (entry.number() <= from) {
                continue;
            }
            used += size(entry);
            if (used > limitChars && !page.isEmpty()) {
                break;
            }
            page.add(entry);
        }
        return new Page(page, lost);
    }

    private static long size(Entry entry) {
        return OVERHEAD + entry.topic().length() + entry.payload().length();
    }
}
