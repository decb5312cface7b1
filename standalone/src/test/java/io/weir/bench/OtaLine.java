package io.weir.bench;

import io.weir.e2e.BareFileServer;
import io.weir.e2e.Cpu;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.JavaProcess;
import io.weir.e2e.Platform;
import io.weir.e2e.Wait;
import io.weir.edge.download.BenchAddress;
import io.weir.edge.download.Content;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Firmware of 10 MB downloaded by 200 devices at once from the edge's HTTP port, beside a bare
 * Vert.x server that sends the same file and, where it is installed, nginx; while other devices
 * post over MQTT to the edge.
 */
final class OtaLine implements Line {
    private static final int DEVICES = 200;
    private static final int SIZE = 10 << 20;
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final LongSupplier NOBODY = () -> 0;

    /**
     * @param seconds of all rounds together
     * @param bytes that devices have
     * @param micros of the server's CPU
     */
    private record Result(double seconds, long bytes, long micros, Posts posts) {
        double megabytes() {
            return bytes / 1e6 / seconds;
        }
    }

    /**
     * @param p99 of a PUBACK, ms
     */
    private record Posts(double perSecond, double p99) {}

    @Override
    public String name() {
        return "ota";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        List<DeviceLogin> devices = rig.devices(DEVICES + Rig.CONNECTIONS);
        List<DeviceLogin> posting = devices.subList(DEVICES, devices.size());
        Path edge = rig.platform().data().resolve("edge");
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        var content = new Content(Content.Source.FIRMWARE, "bench", SIZE, digest);
        Path file = BenchAddress.file(edge, content);
        Files.write(file, bytes);
        rig.restartEdge();
        rig.platform().stopCloud(); // it would only share the two cores
        List<String> paths =
                devices.subList(0, DEVICES).stream()
                        .map(d -> BenchAddress.path(edge, d.deviceName(), rig.secret(d), content))
                        .toList();
        List<String> any = Collections.nCopies(DEVICES, "/file");
        long pid = rig.platform().edgeProcess().pid();
        String http = rig.platform().edgeHttp();
        try (Fleet fleet = Fleet.connected(rig.platform().mqtt(), posting)) {
            Schedule schedule = fleet.schedule(rig.settings.live());
            Posts alone = posts(rig, fleet);
            Result weir = round(rig, fleet, http, paths, () -> Cpu.micros(pid));
            Result bare = bare(rig, fleet, file, any);
            Result nginx = Files.exists(NGINX) ? nginx(rig, fleet, file, any) : null;
            fleet.end(schedule);
            fleet.rest();
            tell(report, "edge", weir);
            tell(report, "bare Vert.x sendFile", bare);
            if (nginx == null) {
                report.say("nginx is not installed here and left out");
            } else {
                tell(report, "nginx", nginx);
            }
            report.atLeast(
                    name(),
                    "MB/s of the edge against bare Vert.x",
                    weir.megabytes() / bare.megabytes(),
                    0.8,
                    "x");
            report.atLeast(
                    name(),
                    "posts acknowledged while the edge sends, against without",
                    weir.posts().perSecond() / alone.perSecond(),
                    0.95,
                    "x");
            report.say(
                    "%d devices x %d MB at once, again and again; %,d posts/s asked of the edge"
                            + " beside it; without downloads %,.0f/s, p99 %.1f ms; cloud stopped",
                    DEVICES, SIZE >> 20, rig.settings.live(), alone.perSecond(), alone.p99());
        }
        rig.platform().startCloud();
        rig.platform().awaitCloud();
    }

    private static void tell(Report report, String what, Result r) {
        report.say(
                "%-22s %,7.0f MB/s  %.2f ms CPU a MB (0: not told); posts meanwhile %,.0f/s,"
                        + " p99 %.1f ms",
                what,
                r.megabytes(),
                r.micros() / 1e3 / (r.bytes() / 1e6),
                r.posts().perSecond(),
                r.posts().p99());
    }

    private static Posts posts(Rig rig, Fleet fleet) {
        Wait.pause(rig.seconds().toMillis());
        fleet.latency();
        long acked = fleet.acked();
        long from = System.nanoTime();
        Wait.pause(rig.seconds().toMillis());
        return posts(fleet, acked, from);
    }

    private static Posts posts(Fleet fleet, long acked, long from) {
        double seconds = (System.nanoTime() - from) / 1e9;
        Histogram latency = fleet.latency();
        return new Posts((fleet.acked() - acked) / seconds, latency.getValueAtPercentile(99) / 1e3);
    }

    /** One to warm up, then as many as the time allows. */
    private static Result round(
            Rig rig, Fleet fleet, String server, List<String> paths, LongSupplier cpu)
            throws IOException {
        Fetchers.all(server, paths, SIZE);
        fleet.latency();
        long acked = fleet.acked();
        long micros = cpu.getAsLong();
        long bytes = 0;
        long from = System.nanoTime();
        do {
            bytes += Fetchers.all(server, paths, SIZE);
        } while (System.nanoTime() - from < rig.seconds().toNanos());
        double seconds = (System.nanoTime() - from) / 1e9;
        return new Result(seconds, bytes, cpu.getAsLong() - micros, posts(fleet, acked, from));
    }

    private static Result bare(Rig rig, Fleet fleet, Path file, List<String> paths)
            throws IOException {
        int port = Platform.freePort();
        List<String> args = List.of(String.valueOf(port), file.toAbsolutePath().toString());
        try (JavaProcess process =
                JavaProcess.start("bare-file", BareFileServer.class, Map.of(), args, "400m")
                        .await("READY", Platform.START)) {
            String server = "http://127.0.0.1:" + port;
            return round(rig, fleet, server, paths, () -> Cpu.micros(process.pid()));
        }
    }

    private static Result nginx(Rig rig, Fleet fleet, Path file, List<String> paths)
            throws IOException {
        int port = Platform.freePort();
        Path folder = Files.createTempDirectory("nginx");
        Path config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                """
                daemon off; worker_processes 2; pid %s/pid; error_log %s/log;
                events { worker_connections 1024; }
                http { access_log off; sendfile on; server { listen 127.0.0.1:%d;
                  location = /file { alias %s; } } }
                """
                        .formatted(folder, folder, port, file.toAbsolutePath()));
        Process server =
                new ProcessBuilder(NGINX.toString(), "-c", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            Wait.pause(1000);
            return round(rig, fleet, "http://127.0.0.1:" + port, paths, NOBODY);
        } finally {
            server.destroy();
        }
    }
}
