package io.weir.bench;

import io.weir.e2e.Cpu;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.OsPackages;
import io.weir.e2e.Platform;
import io.weir.e2e.Wait;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * CPU of the edge process for a QoS 1 message, authenticated, validated, journaled with fsync and
 * forwarded to Kafka, beside a bare vertx-mqtt server that only acknowledges and mosquitto with one
 * QoS 1 subscriber.
 */
final class EdgeLine implements Line {
    private record Result(double perSecond, double micros) {}

    @Override
    public String name() {
        return "edge";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(15);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        Result bare = bare(rig, report);
        Result mosquitto = mosquitto(rig, report);
        List<DeviceLogin> devices = rig.devices(Rig.CONNECTIONS);
        rig.platform().stopCloud(); // it would only share the two cores
        long pid = rig.platform().edgeProcess().pid();
        Result edge =
                load(rig, report, "edge", rig.platform().mqtt(), devices, () -> Cpu.micros(pid));
        rig.platform().startCloud();
        rig.platform().awaitCloud();
        report.atMost(
                name(),
                "CPU a message against mosquitto with one subscriber",
                edge.micros() / mosquitto.micros(),
                1,
                "x");
        report.atMost(
                name(),
                "CPU a message against bare vertx-mqtt",
                edge.micros() / bare.micros(),
                1.5,
                "x");
        report.say(
                "%d connections x %d in flight, %d-byte posts, closed loop, the cloud stopped",
                Rig.CONNECTIONS, Rig.WINDOW, Payload.PROPERTIES.length);
    }

    private static Result bare(Rig rig, Report report) {
        try (BareServer server = BareServer.start()) {
            return load(
                    rig,
                    report,
                    "bare vertx-mqtt",
                    server.mqtt(),
                    BareServer.anonymous(Rig.CONNECTIONS),
                    () -> Cpu.micros(server.process().pid()));
        }
    }

    private static Result mosquitto(Rig rig, Report report) throws IOException {
        OsPackages.mosquittoBroker();
        OsPackages.mosquitto();
        int port = Platform.freePort();
        Path config = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(
                config,
                """
                listener %d 127.0.0.1
                allow_anonymous true
                max_queued_messages 0
                max_inflight_messages 1000
                """
                        .formatted(port));
        Process broker = quiet("/usr/sbin/mosquitto", "-c", config.toString());
        Wait.pause(1000);
        Process subscriber =
                quiet(
                        "mosquitto_sub",
                        "-p",
                        String.valueOf(port),
                        "-q",
                        "1",
                        "-t",
                        "#",
                        "-c",
                        "-i",
                        "bench-sub");
        try {
            Wait.pause(1000);
            return load(
                    rig,
                    report,
                    "mosquitto",
                    "127.0.0.1:" + port,
                    BareServer.anonymous(Rig.CONNECTIONS),
                    () -> Cpu.micros(broker.pid()));
        } finally {
            subscriber.destroyForcibly();
            broker.destroyForcibly();
            Files.delete(config);
        }
    }

    private static Process quiet(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Result load(
            Rig rig,
            Report report,
            String what,
            String mqtt,
            List<DeviceLogin> devices,
            LongSupplier cpu) {
        try (Fleet fleet = Fleet.connected(mqtt, devices)) {
            fleet.window(Rig.WINDOW);
            Wait.pause(rig.seconds().toMillis());
            long acked = fleet.acked();
            long micros = cpu.getAsLong();
            long load = Usage.own();
            long from = System.nanoTime();
            Wait.pause(rig.seconds().toMillis());
            long messages = fleet.acked() - acked;
            double seconds = (System.nanoTime() - from) / 1e9;
            Result result =
                    new Result(messages / seconds, (double) (cpu.getAsLong() - micros) / messages);
            report.say(
                    "%-16s %,9.0f msg/s  %5.1f us CPU a message (load generator %.1f)",
                    what,
                    result.perSecond(),
                    result.micros(),
                    (double) (Usage.own() - load) / messages);
            return result;
        }
    }
}
