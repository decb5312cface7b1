package io.weir.edge;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the fuzz targets below a folder of classes, each in a process of its own, since Jazzer
 * fuzzes one in a process (docs/fuzz.md). What a process prints is shown only when it fails.
 */
public final class Fuzz {
    /** How long a target is fuzzed when nothing else is said; the build says it (docs/fuzz.md). */
    public static final String BUDGET = "3s";

    private static final String CLASS = ".class";

    private Fuzz() {}

    /**
     * @param args a folder of classes and the end of the targets' names; or one target's class
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int failures = args.length == 1 ? run(args[0]) : all(Path.of(args[0]), args[1]);
        System.exit(Math.min(failures, 1));
    }

    private static int run(String target) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectClass(target)).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true));
        boolean nothing = summary.getTestsSucceededCount() == 0;
        return nothing || summary.getTotalFailureCount() > 0 ? 1 : 0;
    }

    private static int all(Path classes, String end) throws IOException, InterruptedException {
        List<String> targets;
        try (Stream<Path> files = Files.walk(classes)) {
            targets =
                    files.map(file -> classes.relativize(file).toString())
                            .filter(file -> file.endsWith(end + CLASS))
                            .map(file -> file.replace(CLASS, "").replace('/', '.'))
                            .sorted()
                            .toList();
        }
        int failures = targets.isEmpty() ? 1 : 0;
        for (String target : targets) {
            failures += process(target);
        }
        return failures;
    }

    private static int process(String target) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Fuzz.class.getName(), target));
        Path log = Files.createTempFile("fuzz", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAZZER_FUZZ", "1");
        int exit = builder.redirectOutput(log.toFile()).start().waitFor();
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.delete(log);
        System.out.println(exit == 0 ? "fuzzed " + target : "FAILED " + target);
        lines.stream()
                .filter(line -> exit != 0 || line.startsWith("Done "))
                .forEach(System.out::println);
        return exit;
    }
}
