package io.weir.edge.metering;

import java.util.PriorityQueue;
import java.util.Random;

/** Time and chance of one simulated run: events in order, all from one seed. */
final class SimWorld {
    private record Event(long at, long order, Runnable action) {}

    private static final boolean TELL = Long.getLong("weir.seed") != null;

    final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (a, b) ->
                            a.at != b.at
                                    ? Long.compare(a.at, b.at)
                                    : Long.compare(a.order, b.order));
    private long order;
    private long now;

    /** What the wall clock is off by; it jumps. */
    long wallOffset = 1_700_000_000_000L;

    SimWorld(long seed) {
        random = new Random(seed);
    }

    long now() {
        return now;
    }

    /** The story of a single seed ({@code -Dweir.seed=S}), for whoever must understand it. */
    void tell(String who, Object what) {
        if (TELL) {
            System.out.println(now + " " + who + " " + what);
        }
    }

    long wall() {
        return now + wallOffset;
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), order++, action));
    }

    void in(long delay, Runnable action) {
        at(now + delay, action);
    }

    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.poll();
            now = next.at;
            next.action.run();
        }
        now = end;
    }

    long between(long low, long high) {
        return low + (long) (random.nextDouble() * (high - low + 1));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
