package io.weir.bench;

import io.weir.e2e.Cpu;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.JavaProcess;
import io.weir.e2e.Platform;
import io.weir.e2e.Wait;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Single reads of a device a second, token, role, tenant and contract checked, beside a bare
 * vertx-web server that asks the same PostgreSQL one query.
 */
final class ReadsLine implements Line {
    private static final int CONNECTIONS = 64;
    private static final int DEVICES = 200;
    private static final double GOAL = 0.6;

    @Override
    public String name() {
        return "reads";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        List<String> ids = rig.devices(DEVICES).stream().map(DeviceLogin::deviceName).toList();
        double bare = bare(rig, report, ids);
        String token = rig.platform().vendor().token();
        long pid = rig.platform().cloudProcess().pid();
        double weir;
        try (var load = load(rig.platform().api(), token, ids)) {
            weir = measured(rig, report, "Weir", load, pid);
        }
        report.atLeast(
                name(), "single reads against bare vertx-web and pg", weir / bare, GOAL, "x");
        report.say("%d connections, the next request after the last answer", CONNECTIONS);
    }

    private static double bare(Rig rig, Report report, List<String> ids) throws IOException {
        int port = Platform.freePort();
        try (JavaProcess process =
                JavaProcess.start(
                                "bare-reads",
                                BareReadServer.class,
                                Map.of(),
                                List.of(String.valueOf(port), rig.platform().pgUri()),
                                "400m")
                        .await("READY", Platform.START)) {
            try (var load = load("http://127.0.0.1:" + port, "none", ids)) {
                return measured(rig, report, "bare", load, process.pid());
            }
        }
    }

    private static ReadLoad load(String server, String token, List<String> ids) throws IOException {
        return new ReadLoad(
                server, token, CONNECTIONS, 0, i -> "/devices/" + ids.get(i % ids.size()));
    }

    private static double measured(Rig rig, Report report, String what, ReadLoad load, long pid) {
        Wait.pause(rig.seconds().toMillis());
        load.begin();
        long before = load.answered();
        long micros = Cpu.micros(pid);
        long postgres = Cpu.micros(rig.platform().postgresPid());
        long from = System.nanoTime();
        Wait.pause(rig.seconds().toMillis());
        long reads = load.answered() - before;
        double rate = reads / ((System.nanoTime() - from) / 1e9);
        report.say(
                "%-5s %,8.0f reads/s, p50 %.1f ms, p99 %.1f ms, %.1f us CPU a read of its own and"
                        + " %.1f of PostgreSQL, %d refused",
                what,
                rate,
                load.percentile(0.5),
                load.percentile(0.99),
                (double) (Cpu.micros(pid) - micros) / reads,
                (double) (Cpu.micros(rig.platform().postgresPid()) - postgres) / reads,
                load.refused());
        return rate;
    }
}
