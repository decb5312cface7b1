package io.weir.bench;

import io.weir.e2e.Wait;

import java.time.Duration;

/** What a message costs with many devices connected, all of them posting, against few. */
final class DevicesLine implements Line {
    private static final int FEW = 200;
    private static final double GOAL = 1.2;

    /** Of the maximum: the same total rate must be far from a limit in both cases. */
    private static final double SHARE = 0.4;

    /** Every device must have posted before it is measured: its first post makes its row. */
    private static final int ROUNDS_TO_WARM = 4;

    @Override
    public String name() {
        return "devices";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(30);
    }

    @Override
    public void measure(Rig rig, Report report) {
        double rate = rig.maximum().whole() * SHARE;
        int many = rig.fleet();
        double few = cost(rig, report, FEW, rate);
        double lots = cost(rig, report, many, rate);
        report.atMost(
                name(),
                "a message's CPU with %,d devices against %d".formatted(many, FEW),
                lots / few,
                GOAL,
                "x");
    }

    private double cost(Rig rig, Report report, int count, double rate) {
        Rows rows = rig.rows();
        long before = rows.settled(Duration.ofMinutes(10));
        try (Fleet fleet = Fleet.connected(rig.platform().mqtt(), rig.devices(count))) {
            report.progress("%,d devices are connected", count);
            Schedule schedule = fleet.schedule(rate);
            long warm = (long) (ROUNDS_TO_WARM * 1000 * count / rate);
            Wait.pause(Math.max(warm, rig.seconds().toMillis()));
            long stored = rows.quick();
            Usage from = Usage.of(rig.platform());
            Wait.pause(rig.seconds().toMillis());
            Usage used = Usage.of(rig.platform()).since(from);
            stored = rows.quick() - stored;
            double messages = rate * used.seconds();
            fleet.end(schedule);
            long acked = fleet.rest();
            long all = rows.settled(Duration.ofMinutes(10)) - before;
            report.say(
                    "%,d devices, %,.0f msg/s over all of them, %,.0f rows/s: %.1f us a message:"
                            + " %s",
                    count,
                    rate,
                    stored / used.seconds(),
                    used.weir() / messages,
                    used.each(messages));
            report.stored(name(), all, acked, fleet.arrivals().lost());
            return used.weir() / messages;
        }
    }
}
