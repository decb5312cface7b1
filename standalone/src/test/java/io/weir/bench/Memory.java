package io.weir.bench;

import io.weir.e2e.JavaProcess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Memory of a process in bytes, by its parts.
 *
 * @param resident what the operating system says, all of it
 * @param heap live objects and garbage
 * @param committed heap that the JVM has taken from the system
 * @param direct buffers outside the heap, NIO's and Netty's
 * @param other classes, compiled code and the like
 */
record Memory(long resident, long heap, long committed, long direct, long other) {
    private static final long GC_SECONDS = 60;

    /** As it stands, garbage included. */
    static Memory of(JavaProcess process, String management) {
        Scrape scrape = Scrape.of(management);
        return new Memory(
                resident(process.pid()),
                scrape.sum("jvm_memory_used_bytes{area=\"heap\""),
                scrape.sum("jvm_memory_committed_bytes{area=\"heap\""),
                scrape.sum("jvm_buffer_memory_used_bytes{id=\"direct\"")
                        + scrape.sum("weir_netty_direct_bytes"),
                scrape.sum("jvm_memory_used_bytes{area=\"nonheap\""));
    }

    /** After two full collections. */
    static Memory afterGc(JavaProcess process, String management) {
        collect(process.pid());
        collect(process.pid());
        return of(process, management);
    }

    private static void collect(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process run =
                    new ProcessBuilder(jcmd, String.valueOf(pid), "GC.run")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!run.waitFor(GC_SECONDS, TimeUnit.SECONDS) || run.exitValue() != 0) {
                run.destroyForcibly();
                throw new IllegalStateException("jcmd GC.run failed for process " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Memory since(Memory before) {
        return new Memory(
                resident - before.resident,
                heap - before.heap,
                committed - before.committed,
                direct - before.direct,
                other - before.other);
    }

    Memory highest(Memory that) {
        return new Memory(
                Math.max(resident, that.resident),
                Math.max(heap, that.heap),
                Math.max(committed, that.committed),
                Math.max(direct, that.direct),
                Math.max(other, that.other));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RSS %.0f MB, heap used %.0f MB of %.0f MB taken, direct %.1f MB, classes and code"
                        + " %.0f MB",
                resident / 1e6,
                heap / 1e6,
                committed / 1e6,
                direct / 1e6,
                other / 1e6);
    }
}
