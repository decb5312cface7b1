package io.weir.bench;

import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Wait;

import org.HdrHistogram.Histogram;

import java.time.Duration;
import java.util.List;

/**
 * From the time a publish is due until its PUBACK, at 70 % of the maximum rate: at the edge alone
 * and with the whole stack on the same cores; beside a bare server at the edge's rate, which tells
 * what the machine itself makes of it.
 */
final class LatencyLine implements Line {
    /** Enough that the gateway's bound of publishes in flight does not set in at a hiccup. */
    static final int DEVICES = 500;

    private static final double SHARE = 0.7;
    private static final double GOAL_MS = 25;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(25);
    }

    @Override
    public void measure(Rig rig, Report report) {
        Maximum maximum = rig.maximum();
        rig.platform().stopCloud();
        Result edge = edge(rig, report, "edge and Kafka, cloud stopped", maximum.edge());
        bare(rig, report, maximum.edge(), edge);
        rig.platform().startCloud();
        rig.platform().awaitCloud();
        rig.rows().settled(Duration.ofMinutes(10));
        edge(rig, report, "whole stack", maximum.whole());
    }

    private Result edge(Rig rig, Report report, String what, double most) {
        Result result = at(rig, report, what, most, rig.platform().mqtt(), rig.devices(DEVICES));
        report.atMost(name(), "p99 PUBACK, " + what, result.p99(), GOAL_MS, "ms");
        report.say("%s", result.told());
        return result;
    }

    private static void bare(Rig rig, Report report, double most, Result edge) {
        try (BareServer server = BareServer.start()) {
            var devices = BareServer.anonymous(DEVICES);
            Result bare = at(rig, report, "bare vertx-mqtt", most, server.mqtt(), devices);
            report.say(
                    "bare vertx-mqtt at the same rate: p99 %.1f ms, the edge's is %.1f x; %s",
                    bare.p99(), edge.p99() / bare.p99(), bare.told());
        }
    }

    /**
     * @param p99 ms
     * @param told one line with everything else
     */
    private record Result(double p99, String told) {}

    private static Result at(
            Rig rig,
            Report report,
            String what,
            double most,
            String mqtt,
            List<DeviceLogin> devices) {
        double rate = most * SHARE;
        report.progress("latency, %s: %,.0f msg/s", what, rate);
        try (Fleet fleet = Fleet.connected(mqtt, devices)) {
            Schedule schedule = fleet.schedule(rate);
            Wait.pause(rig.seconds().toMillis());
            fleet.latency();
            long acked = fleet.acked();
            long load = Usage.own();
            long from = System.nanoTime();
            Wait.pause(rig.seconds().toMillis());
            Histogram latency = fleet.latency();
            double seconds = (System.nanoTime() - from) / 1e9;
            double reached = (fleet.acked() - acked) / seconds;
            double cores = (Usage.own() - load) / 1e6 / seconds;
            long lost = fleet.arrivals().lost();
            fleet.end(schedule);
            fleet.rest();
            return new Result(
                    ms(latency, 99),
                    ("%,.0f msg/s asked, %,.0f reached (%.0f %% of %,.0f); p50 %.1f, p99.9 %.1f,"
                                    + " worst %.1f ms; %d connections, %d lost, %d posts not sent;"
                                    + " open loop, counted from the scheduled time; load generator"
                                    + " %.2f cores")
                            .formatted(
                                    rate,
                                    reached,
                                    SHARE * 100,
                                    most,
                                    ms(latency, 50),
                                    ms(latency, 99.9),
                                    latency.getMaxValue() / 1e3,
                                    DEVICES,
                                    lost,
                                    schedule.skipped(),
                                    cores));
        }
    }

    private static double ms(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }
}
