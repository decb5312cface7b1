package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A split platform whose processes are as shipped and whose world is in the test's hands: the disks
 * of the edge and of Kafka are small, the clocks and syncs of edge and cloud can be made wrong, any
 * process can be made slow.
 */
final class FaultPlatform extends SplitPlatform {
    private static final int EDGE_DISK_MB = 384;
    private static final int KAFKA_DISK_MB = 1024;

    private final Preload edgeWorld;
    private final Preload cloudWorld;
    private final SmallDisk edgeDisk;
    private final SmallDisk kafkaDisk;
    private Gateway second;

    private FaultPlatform(Path data) {
        super(data);
        edgeWorld = new Preload(data.resolveSibling(data.getFileName() + ".edge.faults"));
        cloudWorld = new Preload(data.resolveSibling(data.getFileName() + ".cloud.faults"));
        edgeDisk = SmallDisk.mount(data.resolve("edge"), EDGE_DISK_MB);
        kafkaDisk = SmallDisk.mount(data.resolve("kafka"), KAFKA_DISK_MB);
    }

    static FaultPlatform start(Map<String, String> settings) {
        FaultPlatform platform = begin(new FaultPlatform(folder("faults")), settings);
        platform.second = platform.gateway("edge-2").start();
        return platform;
    }

    Gateway second() {
        return second;
    }

    Preload edgeWorld() {
        return edgeWorld;
    }

    Preload cloudWorld() {
        return cloudWorld;
    }

    SmallDisk edgeDisk() {
        return edgeDisk;
    }

    SmallDisk kafkaDisk() {
        return kafkaDisk;
    }

    /** The edge's journal files whose names end so, the oldest first. */
    List<Path> journalFiles(String lane, String ending) {
        try (Stream<Path> files = Files.list(data.resolve("edge/journal"))) {
            return files.filter(f -> f.getFileName().toString().startsWith(lane))
                    .filter(f -> f.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code /health/live} of the edge. */
    boolean edgeLives() {
        return Api.anonymous("http://127.0.0.1:" + env.get("WEIR_EDGE_MANAGEMENT_PORT"))
                        .get("/health/live")
                        .status()
                == 200;
    }

    List<ProcessHandle> kafkaProcesses() {
        return List.of(kafkaProcess().handle());
    }

    List<ProcessHandle> cloudProcesses() {
        return List.of(cloudProcess().handle());
    }

    @Override
    Map<String, String> edgeEnv() {
        Map<String, String> env = super.edgeEnv();
        env.putAll(edgeWorld.env());
        return env;
    }

    @Override
    Map<String, String> cloudEnv() {
        Map<String, String> env = super.cloudEnv();
        env.putAll(cloudWorld.env());
        return env;
    }

    @Override
    public void close() {
        if (second != null) {
            second.close();
        }
        super.close();
        edgeDisk.close();
        kafkaDisk.close();
    }
}
