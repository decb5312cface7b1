package io.weir.bench;

import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Kafka or the cloud is away under a live rate, and comes back while the live rate goes on. */
final class CatchUpLine implements Line {
    private static final double GOAL = 5;
    private static final int DEVICES = 200;
    private static final int OUTAGES = 4;
    private static final Duration WITHIN = Duration.ofMinutes(10);

    /** Frames on their way at any time under a live rate. */
    private static final int LIVE_FRAMES = 20;

    @Override
    public String name() {
        return "catchup";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(40);
    }

    @Override
    public void measure(Rig rig, Report report) {
        int live = rig.settings.live();
        SplitPlatform platform = rig.platform();
        Rows rows = rig.rows();
        long rowsBefore = rows.settled(Duration.ofMinutes(10));
        try (Fleet fleet = Fleet.connected(platform.mqtt(), rig.devices(DEVICES))) {
            Schedule schedule = fleet.schedule(live);
            Wait.pause(rig.seconds().toMillis());
            long ackedBefore = fleet.acked();
            report.progress("Kafka is killed under %,d msg/s", live);
            platform.killKafka();
            outage(rig);
            platform.startKafka();
            platform.awaitKafka();
            long waiting = fleet.acked() - ackedBefore;
            long back = System.nanoTime();
            await("Kafka has all", () -> lag(platform) <= LIVE_FRAMES);
            double seconds = since(back);
            long forwarded = fleet.acked() - ackedBefore;
            ratio(report, "edge to Kafka", forwarded, seconds, live, waiting, "Kafka");
            rows(rig, report, fleet, rowsBefore, live, "Kafka");

            report.progress("the cloud is killed under %,d msg/s", live);
            platform.killCloud();
            outage(rig);
            platform.startCloud();
            platform.awaitCloud();
            rows(rig, report, fleet, rowsBefore, live, "the cloud");
            fleet.end(schedule);
            long acked = fleet.rest();
            long stored = rows.settled(WITHIN) - rowsBefore;
            report.stored(name(), stored, acked, fleet.arrivals().lost());
        }
    }

    private static void outage(Rig rig) {
        Wait.pause(OUTAGES * rig.seconds().toMillis());
    }

    private static long lag(SplitPlatform platform) {
        return Scrape.of(platform.edgeManagement())
                .sum("weir_forward_lag_frames{lane=\"telemetry\"");
    }

    private void rows(Rig rig, Report report, Fleet fleet, long rowsBefore, int live, String what) {
        Rows rows = rig.rows();
        long from = rows.quick();
        long waiting = fleet.acked() - (from - rowsBefore);
        long back = System.nanoTime();
        // statistics are up to a second old
        await("all are rows", () -> fleet.acked() - (rows.quick() - rowsBefore) < 1.5 * live);
        double seconds = since(back);
        ratio(report, "Kafka to rows", rows.quick() - from, seconds, live, waiting, what);
    }

    private void ratio(
            Report report,
            String path,
            long messages,
            double seconds,
            int live,
            long waiting,
            String what) {
        report.atLeast(
                name(),
                "%s after %s was away, against the live rate".formatted(path, what),
                messages / seconds / live,
                GOAL,
                "x");
        report.say(
                "%,d waited when %s was back; %,d in %.1f s, %,.0f/s, while %,d/s came in",
                waiting, what, messages, seconds, messages / seconds, live);
    }

    private static void await(String what, BooleanSupplier condition) {
        Wait.until(what, WITHIN, condition);
    }

    private static double since(long from) {
        return (System.nanoTime() - from) / 1e9;
    }
}
