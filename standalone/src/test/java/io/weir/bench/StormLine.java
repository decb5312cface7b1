package io.weir.bench;

import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import org.HdrHistogram.Histogram;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gateway of 20,000 devices is killed and started again, with its limits as shipped, and all
 * come back at once; water runs meanwhile, and more is ordered as soon as its device is back.
 */
final class StormLine implements Line {
    private static final int FAUCETS = 20;
    private static final int POURING = 8;
    private static final int FLOW = 100;
    private static final int LONG_ML = 2_000;
    private static final int SHORT_ML = 200;

    /** A device SDK's pause before it tries again. */
    private static final long BACK_FROM_MS = 500;

    private static final long BACK_TO_MS = 1_500;
    private static final Duration ALL_BACK = Duration.ofSeconds(180);
    private static final double GOAL_SECONDS = 60;
    private static final double HEAP_LIMIT_MB = 400;
    private static final double DIRECT_LIMIT_MB = 256;

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void measure(Rig rig, Report report) {
        int count = rig.fleet() - FAUCETS;
        var all = rig.devices(count + FAUCETS);
        var taps = all.subList(count, all.size());
        SplitPlatform platform = rig.platform();
        rig.restartEdge();
        Orders orders = new Orders(platform, taps);
        try (Fleet fleet = Fleet.connected(platform.mqtt(), all.subList(0, count));
                Fleet water = new Fleet(platform.mqtt(), taps)) {
            List<Faucet> faucets = water.faucets(FLOW);
            storming(water);
            storming(fleet);
            water.await(FAUCETS, Duration.ofSeconds(60));
            for (int i = 0; i < POURING; i++) {
                orders.insist(taps.get(i), faucets.get(i), LONG_ML, Duration.ofSeconds(30));
            }
            orders.placed();
            Wait.pause(2000);
            report.progress(
                    "the gateway of %,d devices is killed, %d of them pour", count, POURING);
            long refused = fleet.arrivals().refused();
            rig.limitsAsShipped();
            platform.killEdge();
            long killed = System.nanoTime();
            platform.startEdge();
            platform.awaitEdge();
            Memory most = back(platform, fleet, count);
            Histogram waits = fleet.waits(killed);
            long first = waits.getMinValue();
            water.await(FAUCETS, ALL_BACK);
            for (int i = POURING; i < FAUCETS; i++) {
                orders.insist(taps.get(i), faucets.get(i), SHORT_ML, Duration.ofSeconds(60));
            }
            orders.placed();
            report.atMost(
                    name(),
                    "longest wait of a device, from the first that was let in",
                    (waits.getMaxValue() - first) / 1e3,
                    GOAL_SECONDS,
                    "s");
            report.say(
                    "%,d devices, all back %.1f s after the kill; first after %.1f, half after"
                        + " %.1f, 99 %% after %.1f s; %,d attempts failed; pause before an attempt"
                        + " %d to %d ms; limits as shipped, devices from many addresses",
                    count,
                    waits.getMaxValue() / 1e3,
                    first / 1e3,
                    waits.getValueAtPercentile(50) / 1e3,
                    waits.getValueAtPercentile(99) / 1e3,
                    fleet.arrivals().refused() - refused,
                    BACK_FROM_MS,
                    BACK_TO_MS);
            report.atMost(name(), "most heap used", most.heap() / 1e6, HEAP_LIMIT_MB, "MB");
            report.atMost(name(), "most direct memory", most.direct() / 1e6, DIRECT_LIMIT_MB, "MB");
            report.say("at most: %s", most);
            List<String> faults = orders.faults();
            report.holds(
                    name(),
                    "%d dispenses, %d of them through the kill, refused %s, each charged right %s"
                            .formatted(
                                    orders.accepted(),
                                    POURING,
                                    orders.refused(),
                                    DispenseLine.first(faults)),
                    faults.isEmpty());
        }
    }

    private static void storming(Fleet fleet) {
        fleet.comeBackAfter(BACK_FROM_MS, BACK_TO_MS);
        fleet.connect(Integer.MAX_VALUE);
    }

    /** Until all are back and a while longer; the most memory seen meanwhile. */
    private static Memory back(SplitPlatform platform, Fleet fleet, int count) {
        long deadline = System.nanoTime() + ALL_BACK.toNanos();
        Memory most = new Memory(0, 0, 0, 0, 0);
        long calm = TimeUnit.SECONDS.toNanos(5);
        long until = Long.MAX_VALUE;
        while (System.nanoTime() < until) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        fleet.online() + " of " + count + " are back after " + ALL_BACK);
            }
            if (until == Long.MAX_VALUE && fleet.online() >= count) {
                until = System.nanoTime() + calm;
            }
            most = most.highest(sample(platform, most));
            Wait.pause(300);
        }
        return most;
    }

    /** In a storm the management port may be late too; then this look is left out. */
    private static Memory sample(SplitPlatform platform, Memory last) {
        try {
            return Memory.of(platform.edgeProcess(), platform.edgeManagement());
        } catch (UncheckedIOException e) {
            return last;
        }
    }
}
