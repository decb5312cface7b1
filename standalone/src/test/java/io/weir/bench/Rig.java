package io.weir.bench;

import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Platform;
import io.weir.e2e.SplitPlatform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one platform that all lines share: PostgreSQL, Kafka, cloud and edge as processes, with the
 * JVM's flags of an ordinary start, started when the first line needs it. Limits on messages and on
 * connects of a product or tenant are lifted, since the path is measured and not where they set in,
 * and the event loop may be late, since the load sits on the same two cores; limits per address
 * stay.
 */
final class Rig implements AutoCloseable {
    static final int CONNECTIONS = 50;
    static final int WINDOW = 20;

    /** Files of a process that are not connections. */
    private static final int OTHER_FILES = 600;

    final Settings settings;
    private final Report report;
    private @Nullable SplitPlatform platform;
    private @Nullable Population population;
    private @Nullable Maximum maximum;
    private boolean shipped;

    Rig(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    SplitPlatform platform() {
        if (platform == null) {
            report.progress("the platform starts");
            platform = SplitPlatform.start("bench", lifted());
            population = new Population(platform);
        }
        return platform;
    }

    private static Map<String, String> lifted() {
        Map<String, String> settings = new HashMap<>(SplitPlatform.AS_SHIPPED);
        String jvm = System.getProperty("weir.bench.jvm", "");
        if (!jvm.isEmpty()) {
            settings.put(Platform.JVM_OPTIONS, jvm);
        }
        settings.putAll(SplitPlatform.NO_LIMITS);
        settings.put("WEIR_GUARD_PRODUCT_CONNECTS_PER_SECOND", "100000");
        settings.put("WEIR_GUARD_PRODUCT_CONNECTS_BURST", "1000000");
        settings.put("WEIR_GUARD_TENANT_CONNECTS_PER_SECOND", "100000");
        settings.put("WEIR_GUARD_TENANT_CONNECTS_BURST", "1000000");
        // lines connect the same devices again and again, as no device in the field does
        settings.put("WEIR_GUARD_FLAPS_PER_MINUTE", "10000");
        settings.put("WEIR_MQTT_CONNECT_BURST", "10000");
        settings.put("WEIR_GUARD_LOOP_LAG", "PT10S");
        settings.put("WEIR_API_CALLER_PER_SECOND", "1000000");
        settings.put("WEIR_API_CALLER_BURST", "1000000");
        return settings;
    }

    List<DeviceLogin> devices(int count) {
        platform();
        return population.first(count);
    }

    /** What this device of ours signs with. */
    String secret(DeviceLogin device) {
        platform();
        return population.secret(device.deviceName());
    }

    Rows rows() {
        return new Rows(platform());
    }

    /** What all lines measure a share of: found once. */
    Maximum maximum() {
        if (maximum == null) {
            maximum = Maximum.find(this, report);
        }
        return maximum;
    }

    Duration seconds() {
        return Duration.ofSeconds(settings.seconds());
    }

    /** As many of the asked for devices as this system's limit of open files allows. */
    int fleet() {
        int allowed = openFiles() - OTHER_FILES;
        if (allowed >= settings.devices()) {
            return settings.devices();
        }
        report.say(
                "%,d devices instead of %,d: a process may have %,d files open here and this user"
                        + " can't raise it (ulimit -Hn; as root: ulimit -n 65536 before mvn)",
                allowed, settings.devices(), openFiles());
        return allowed;
    }

    /** The hard limit: JVMs take all of it. */
    private static int openFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.trim().split("\\s{2,}")[2])
                    .mapToInt(
                            limit -> limit.equals("unlimited") ? 1 << 20 : Integer.parseInt(limit))
                    .findFirst()
                    .orElse(1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From its next start on the edge has the limits as shipped, but for messages. */
    void limitsAsShipped() {
        Map<String, String> limits = new HashMap<>();
        lifted().keySet().forEach(key -> limits.put(key, ""));
        SplitPlatform.NO_LIMITS.keySet().forEach(limits::remove);
        SplitPlatform.AS_SHIPPED.keySet().forEach(limits::remove);
        platform().set(limits);
        shipped = true;
    }

    /** Whatever the last line has left behind: all four run, as they are meant to. */
    void heal() {
        if (platform == null) {
            return;
        }
        platform.set(lifted());
        if (!platform.kafkaProcess().alive()) {
            platform.startKafka();
            platform.awaitKafka();
        }
        if (!platform.cloudProcess().alive()) {
            platform.startCloud();
            platform.awaitCloud();
        }
        if (!platform.edgeProcess().alive()) {
            platform.startEdge();
            platform.awaitEdge();
        } else if (shipped) {
            restartEdge();
        }
        shipped = false;
    }

    /** A fresh edge, so that a line owes nothing to those before it. */
    void restartEdge() {
        platform().stopEdge();
        platform().startEdge();
        platform().awaitEdge();
    }

    @Override
    public synchronized void close() {
        if (platform != null) {
            platform.close();
            platform = null;
        }
    }
}
