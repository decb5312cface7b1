package io.weir.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An open loop: message {@code i} is due at start + i / rate and counts from then, even when the
 * server or the generator itself is late (no coordinated omission).
 */
final class Schedule implements LongConsumer {
    private final List<Link> links;
    private final double perSecond;
    private final long start = System.nanoTime();
    private final List<Link> dirty = new ArrayList<>();
    private long made;
    private volatile long skipped;
    private int next;

    Schedule(List<Link> links, double perSecond) {
        this.links = links;
        this.perSecond = perSecond;
    }

    /** Due while their device was apart: not sent, not counted elsewhere. */
    long skipped() {
        return skipped;
    }

    @Override
    public void accept(long now) {
        long due = (long) ((now - start) / 1e9 * perSecond);
        for (; made < due; made++) {
            Link link = links.get(next);
            next = next + 1 == links.size() ? 0 : next + 1;
            if (link.state() == Link.State.ONLINE) {
                link.due(start + (long) (made / perSecond * 1e9));
                dirty.add(link);
            } else {
                skipped++;
            }
        }
        dirty.forEach(Link::flush);
        dirty.clear();
    }
}
