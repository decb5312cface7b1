package io.weir.bench;

import io.weir.e2e.Wait;

import java.time.Duration;

/** Device to queryable row: rows for each CPU second of edge, Kafka, cloud and PostgreSQL. */
final class RowsLine implements Line {
    private static final double GOAL = 5_000;

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(15);
    }

    @Override
    public void measure(Rig rig, Report report) {
        Rows rows = rig.rows();
        long before = rows.settled(Duration.ofMinutes(10));
        try (Fleet fleet = Fleet.connected(rig.platform().mqtt(), rig.devices(Rig.CONNECTIONS))) {
            fleet.window(Rig.WINDOW);
            Wait.pause(rig.seconds().toMillis());
            long stored = rows.quick();
            Usage from = Usage.of(rig.platform());
            Wait.pause(rig.seconds().toMillis());
            Usage used = Usage.of(rig.platform()).since(from);
            stored = rows.quick() - stored;
            report.atLeast(
                    name(),
                    "device to queryable row",
                    stored / (used.weir() / 1e6),
                    GOAL,
                    "rows per core-second");
            report.say(
                    "%,.0f rows/s; a row costs %s; %d connections x %d in flight, closed loop",
                    stored / used.seconds(), used.each(stored), Rig.CONNECTIONS, Rig.WINDOW);
            long acked = fleet.rest();
            long all = rows.settled(Duration.ofMinutes(10)) - before;
            report.stored(name(), all, acked, fleet.arrivals().lost());
        }
    }
}
