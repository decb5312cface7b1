package io.weir.bench;

import io.weir.e2e.BareHttpServer;
import io.weir.e2e.Cpu;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.JavaProcess;
import io.weir.e2e.Platform;
import io.weir.e2e.Wait;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * CPU of the edge process for a post over HTTP, its token checked, validated, journaled with fsync
 * and forwarded to Kafka, beside a bare vertx-web server that only reads and answers.
 */
final class HttpLine implements Line {
    private static final String HEAP = "400m";

    /** A device waits for each answer: as many on their way as MQTT has with its windows. */
    private static final int CONNECTIONS = 500;

    private record Result(double perSecond, double micros) {}

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        Result bare = bare(rig, report);
        List<DeviceLogin> devices = rig.devices(CONNECTIONS);
        rig.platform().stopCloud(); // it would only share the two cores
        long pid = rig.platform().edgeProcess().pid();
        Result edge;
        try (HttpLoad load = new HttpLoad(rig.platform().edgeHttp(), devices, true)) {
            edge = measured(rig, report, "edge", load, () -> Cpu.micros(pid));
        }
        rig.platform().startCloud();
        rig.platform().awaitCloud();
        report.atMost(
                name(),
                "CPU a post against bare vertx-web",
                edge.micros() / bare.micros(),
                1.5,
                "x");
        report.say(
                "%d connections, the next post after the last answer, %d-byte posts, the cloud"
                        + " stopped",
                CONNECTIONS, Payload.PROPERTIES.length);
    }

    private static Result bare(Rig rig, Report report) throws IOException {
        int port = Platform.freePort();
        try (JavaProcess process =
                JavaProcess.start(
                                "bare-http",
                                BareHttpServer.class,
                                Map.of(),
                                List.of(String.valueOf(port)),
                                HEAP)
                        .await("READY", Platform.START)) {
            List<DeviceLogin> devices = BareServer.anonymous(CONNECTIONS);
            try (HttpLoad load = new HttpLoad("http://127.0.0.1:" + port, devices, false)) {
                return measured(
                        rig, report, "bare vertx-web", load, () -> Cpu.micros(process.pid()));
            }
        }
    }

    private static Result measured(
            Rig rig, Report report, String what, HttpLoad load, LongSupplier cpu) {
        Wait.pause(rig.seconds().toMillis());
        long answered = load.answered();
        long micros = cpu.getAsLong();
        long own = Usage.own();
        long from = System.nanoTime();
        Wait.pause(rig.seconds().toMillis());
        long posts = load.answered() - answered;
        double seconds = (System.nanoTime() - from) / 1e9;
        Result result = new Result(posts / seconds, (double) (cpu.getAsLong() - micros) / posts);
        report.say(
                "%-16s %,9.0f posts/s  %5.1f us CPU a post (load generator %.1f), %d refused",
                what,
                result.perSecond(),
                result.micros(),
                (double) (Usage.own() - own) / posts,
                load.refused());
        return result;
    }
}
