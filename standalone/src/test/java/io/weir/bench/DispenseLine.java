package io.weir.bench;

import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Wait;

import org.HdrHistogram.Histogram;

import java.time.Duration;
import java.util.List;

/** From an order's HTTP request to the command at the device, while ingest runs at half. */
final class DispenseLine implements Line {
    private static final double SHARE = 0.5;
    private static final double GOAL_MS = 150;
    private static final int FAUCETS = 60;
    private static final int ORDERS_PER_SECOND = 5;
    private static final int ML = 100;
    private static final int FLOW = 200;

    /** Measured for so many times the usual seconds: 300 orders by default. */
    private static final int TIMES = 4;

    @Override
    public String name() {
        return "dispense";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void measure(Rig rig, Report report) {
        double rate = rig.maximum().whole() * SHARE;
        var all = rig.devices(LatencyLine.DEVICES + FAUCETS);
        var load = all.subList(0, LatencyLine.DEVICES);
        var taps = all.subList(LatencyLine.DEVICES, all.size());
        String mqtt = rig.platform().mqtt();
        Orders orders = new Orders(rig.platform(), taps);
        try (Fleet fleet = Fleet.connected(mqtt, load);
                Fleet water = new Fleet(mqtt, taps)) {
            List<Faucet> faucets = water.faucets(FLOW);
            water.comeBackAfter(200, 1000);
            water.connect(FAUCETS);
            water.await(FAUCETS, Duration.ofSeconds(60));
            order(
                    orders,
                    taps,
                    faucets,
                    rig.settings.seconds()); // code and caches that any order needs
            orders = new Orders(rig.platform(), taps);
            Schedule schedule = fleet.schedule(rate);
            Wait.pause(rig.seconds().toMillis());
            long acked = fleet.acked();
            long from = System.nanoTime();
            order(orders, taps, faucets, TIMES * rig.settings.seconds());
            double reached = (fleet.acked() - acked) / ((System.nanoTime() - from) / 1e9);
            Wait.pause(2000);
            fleet.end(schedule);
            fleet.rest();
            Histogram latency = orders.latencies();
            report.atMost(
                    name(),
                    "p99 from order to command at the device",
                    latency.getValueAtPercentile(99) / 1e3,
                    GOAL_MS,
                    "ms");
            report.say(
                    "%d orders at %d/s over %d faucets, refused %s, %d commands; p50 %.0f, worst"
                            + " %.0f ms; ingest at %,.0f msg/s (%.0f %% of the maximum)",
                    orders.accepted(),
                    ORDERS_PER_SECOND,
                    FAUCETS,
                    orders.refused(),
                    latency.getTotalCount(),
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getMaxValue() / 1e3,
                    reached,
                    SHARE * 100);
            List<String> faults = orders.faults();
            report.holds(
                    name(),
                    "each charged right by the faucet's own count " + first(faults),
                    faults.isEmpty());
        }
    }

    static String first(List<String> faults) {
        return faults.isEmpty() ? "" : "- " + faults.size() + " not, first: " + faults.getFirst();
    }

    private static void order(
            Orders orders, List<DeviceLogin> taps, List<Faucet> faucets, int seconds) {
        long start = System.nanoTime();
        for (int i = 0; i < seconds * ORDERS_PER_SECOND; i++) {
            long due = start + i * 1_000_000_000L / ORDERS_PER_SECOND;
            Wait.pause(Math.max(0, (due - System.nanoTime()) / 1_000_000));
            orders.place(taps.get(i % FAUCETS), faucets.get(i % FAUCETS), ML);
        }
        orders.placed();
    }
}
