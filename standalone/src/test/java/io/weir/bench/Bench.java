package io.weir.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * All lines, or those of {@code -Dweir.bench=<name>,<name>}, one after the other. A line that fails
 * or takes too long is told so, and the others go on. Exit 0 when all were measured, goals met or
 * not: a figure is not a fault.
 */
public final class Bench {
    private static final List<Line> LINES =
            List.of(
                    new LedgerLine(),
                    new EdgeLine(),
                    new HttpLine(),
                    new ReadsLine(),
                    new LoginsLine(),
                    new OtaLine(),
                    new ScriptsLine(),
                    new RowsLine(),
                    new LatencyLine(),
                    new DevicesLine(),
                    new CatchUpLine(),
                    new ConnectsLine(),
                    new IdleLine(),
                    new DispenseLine(),
                    new StormLine(),
                    new ProductionLine(),
                    new ListsLine(), // leaves a million devices behind
                    new SoakLine());

    private static final String ONLY_WHEN_CHOSEN = "soak";

    private final Settings settings = Settings.read();
    private final Report report = new Report();
    private boolean failed;

    private Bench() {}

    public static void main(String[] args) {
        var bench = new Bench();
        System.exit(bench.run() ? 0 : 1);
    }

    private boolean run() {
        List<String> names = LINES.stream().map(Line::name).toList();
        if (!names.containsAll(settings.chosen())) {
            System.out.println("weir.bench knows " + names + ", not all of " + settings.chosen());
            return false;
        }
        report.say(
                "%d processors, Java %s, %d s a measurement after as many to warm up; all of it,"
                        + " load generator too, on this machine",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                settings.seconds());
        try (Rig rig = new Rig(settings, report)) {
            // also when somebody has enough of it
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(rig)));
            LINES.stream().filter(this::chosen).forEach(line -> measure(line, rig));
        }
        report.summary();
        return !failed;
    }

    /** Nothing may outlive the bench, nor what was just being started. */
    private static void end(Rig rig) {
        rig.close();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        String folder = Path.of("target/weir/bench-").toAbsolutePath().toString();
        ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(folder))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private boolean chosen(Line line) {
        return settings.chosen().isEmpty()
                ? !line.name().equals(ONLY_WHEN_CHOSEN)
                : settings.chosen().contains(line.name());
    }

    private void measure(Line line, Rig rig) {
        System.out.printf("---- %s%n", line.name());
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("bench-" + line.name())
                        .start(
                                () -> {
                                    try {
                                        rig.heal();
                                        line.measure(rig, report);
                                        done.complete(null);
                                    } catch (Throwable e) {
                                        done.completeExceptionally(e);
                                    }
                                });
        try {
            done.get(line.limit().toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            for (StackTraceElement at : thread.getStackTrace()) {
                System.out.println("    " + at);
            }
            thread.interrupt();
            fault(line, e);
        } catch (ExecutionException e) {
            e.getCause().printStackTrace(System.out);
            fault(line, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault(line, e);
        }
    }

    private void fault(Line line, Throwable fault) {
        failed = true;
        report.failed(line.name(), fault);
    }
}
