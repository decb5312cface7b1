package io.weir.bench;

import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Memory of the edge process for a connection that is authenticated and says nothing. */
final class IdleLine implements Line {
    private static final double GOAL_KB = 20;
    private static final int WARM = 500;
    private static final int QUIET_MS = 5_000;
    private static final long PAGE = 4096;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        int count = rig.fleet();
        var devices = rig.devices(count);
        SplitPlatform platform = rig.platform();
        rig.restartEdge();
        // code and pools that any connection needs are no cost of the 20,000
        Fleet.connected(platform.mqtt(), devices.subList(0, Math.min(WARM, count))).close();
        Memory before = quiet(platform);
        long kernel = kernel();
        report.say("before:       %s", before);
        Memory with;
        try (Fleet fleet = Fleet.connected(platform.mqtt(), devices)) {
            with = quiet(platform);
            if (fleet.online() < count) {
                throw new IllegalStateException("only " + fleet.online() + " stayed online");
            }
            report.say("%,d there: %s", count, with);
            report.say(
                    "the kernel's TCP buffers, both ends, beside that: %.1f MB",
                    (kernel() - kernel) / 1e6);
        }
        report.say("after they went: %s", quiet(platform));
        Memory each = with.since(before);
        report.atMost(
                name(),
                "memory of the process for an idle connection",
                each.resident() / 1e3 / count,
                GOAL_KB,
                "kB");
        report.say(
                "of that heap %.1f, direct %.1f kB; %,d authenticated devices, RSS after two full"
                        + " collections, edge started anew, default limits per address",
                each.heap() / 1e3 / count, each.direct() / 1e3 / count, count);
    }

    private static Memory quiet(SplitPlatform platform) {
        Wait.pause(QUIET_MS);
        return Memory.afterGc(platform.edgeProcess(), platform.edgeManagement());
    }

    /** What Linux holds for TCP in bytes. */
    private static long kernel() throws IOException {
        String tcp =
                Files.readAllLines(Path.of("/proc/net/sockstat")).stream()
                        .filter(line -> line.startsWith("TCP:"))
                        .findFirst()
                        .orElse("mem 0");
        return Long.parseLong(tcp.substring(tcp.indexOf("mem ") + 4).trim()) * PAGE;
    }
}
