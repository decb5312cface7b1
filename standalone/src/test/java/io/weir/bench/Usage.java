package io.weir.bench;

import com.sun.management.OperatingSystemMXBean;

import io.weir.e2e.Cpu;
import io.weir.e2e.SplitPlatform;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * CPU time in us, user and system, that each process has used, and this load generator itself.
 *
 * @param at nanoseconds
 */
record Usage(long at, long edge, long kafka, long cloud, long postgres, long load) {
    static Usage of(SplitPlatform platform) {
        return new Usage(
                System.nanoTime(),
                Cpu.micros(platform.edgeProcess().pid()),
                Cpu.micros(platform.kafkaProcess().pid()),
                Cpu.micros(platform.cloudProcess().pid()),
                Cpu.micros(platform.postgresPid()),
                own());
    }

    /** Of this JVM alone, without the processes that it has started. */
    static long own() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1000;
    }

    Usage since(Usage before) {
        return new Usage(
                at - before.at,
                edge - before.edge,
                kafka - before.kafka,
                cloud - before.cloud,
                postgres - before.postgres,
                load - before.load);
    }

    double seconds() {
        return at / 1e9;
    }

    /** Of the four processes of Weir; the load is not Weir. */
    long weir() {
        return edge + kafka + cloud + postgres;
    }

    /** In us for each message. */
    String each(double messages) {
        return String.format(
                Locale.ROOT,
                "edge %.1f, Kafka %.1f, cloud %.1f, PostgreSQL %.1f us (load %.1f)",
                edge / messages,
                kafka / messages,
                cloud / messages,
                postgres / messages,
                load / messages);
    }
}
