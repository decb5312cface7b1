package io.weir.bench;

import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Memory of edge and cloud under half of the maximum rate, each minute after full collections. */
final class SoakLine implements Line {
    private static final double SHARE = 0.5;
    private static final double FLAT_MB_A_MINUTE = 0.5;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20 + 2L * Settings.read().minutes());
    }

    @Override
    public void measure(Rig rig, Report report) {
        double rate = rig.maximum().whole() * SHARE;
        SplitPlatform platform = rig.platform();
        Rows rows = rig.rows();
        long before = rows.settled(Duration.ofMinutes(10));
        List<Memory> edge = new ArrayList<>();
        List<Memory> cloud = new ArrayList<>();
        try (Fleet fleet = Fleet.connected(platform.mqtt(), rig.devices(LatencyLine.DEVICES))) {
            Schedule schedule = fleet.schedule(rate);
            for (int minute = 1; minute <= rig.settings.minutes(); minute++) {
                Wait.pause(60_000);
                edge.add(Memory.afterGc(platform.edgeProcess(), platform.edgeManagement()));
                cloud.add(Memory.afterGc(platform.cloudProcess(), platform.management()));
                report.say("minute %2d edge:  %s", minute, edge.getLast());
                report.say("          cloud: %s", cloud.getLast());
            }
            fleet.end(schedule);
            long acked = fleet.rest();
            long stored = rows.settled(Duration.ofMinutes(10)) - before;
            report.stored(name(), stored, acked, fleet.arrivals().lost());
        }
        slope(report, "edge", edge);
        slope(report, "cloud", cloud);
        report.say(
                "%,.0f msg/s asked, %d minutes, %d devices; slopes over the second half",
                rate, rig.settings.minutes(), LatencyLine.DEVICES);
    }

    private void slope(Report report, String what, List<Memory> all) {
        List<Memory> half = all.subList(all.size() / 2, all.size());
        report.atMost(
                name(),
                what + "'s heap after collections grows",
                slope(half, Memory::heap),
                FLAT_MB_A_MINUTE,
                "MB a minute");
        report.say(
                "%s: RSS grows %.2f, direct %.2f MB a minute",
                what, slope(half, Memory::resident), slope(half, Memory::direct));
    }

    /** Least squares, MB a minute. */
    private static double slope(List<Memory> samples, ToLongFunction<Memory> part) {
        int n = samples.size();
        double meanX = (n - 1) / 2.0;
        double meanY = samples.stream().mapToLong(part).average().orElse(0);
        double above = 0;
        double below = 0;
        for (int i = 0; i < n; i++) {
            above += (i - meanX) * (part.applyAsLong(samples.get(i)) - meanY);
            below += (i - meanX) * (i - meanX);
        }
        return below == 0 ? 0 : above / below / 1e6;
    }
}
