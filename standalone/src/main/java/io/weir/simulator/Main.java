package io.weir.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code mvn -Psimulate}, or {@code java -cp standalone.jar io.weir.simulator.Main}: devices
 * against a running Weir (docs/simulator.md). Exit code 0 = all was right, 1 = something was not, 2
 * = it could not begin.
 */
public final class Main {
    private static final int RIGHT = 0;
    private static final int WRONG = 1;
    private static final int NOT_BEGUN = 2;
    private static final PrintStream OUT =
            new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Main() {}

    public static void main(String[] arguments) {
        List<String> all = arguments(arguments);
        if (all.contains("--help") || all.contains("-h")) {
            OUT.println(help());
            return;
        }
        System.exit(run(all));
    }

    private static int run(List<String> arguments) {
        try {
            Options options =
                    OptionsReader.read(
                            System.getProperties(),
                            arguments,
                            System.getenv("WEIR_SIMULATE_PASSWORD"));
            return run(new Simulation(options, OUT::println), options.drainSeconds());
        } catch (OptionsReader.Wrong e) {
            return notBegun(e);
        }
    }

    /** Ctrl-C winds the run up; the process ends after its summary. */
    private static int run(Simulation simulation, long drainSeconds) {
        AtomicInteger result = new AtomicInteger(NOT_BEGUN);
        CountDownLatch done = new CountDownLatch(1);
        Thread hook =
                new Thread(
                        () -> {
                            simulation.stop();
                            waitFor(done, 2 * drainSeconds + 10);
                            Runtime.getRuntime().halt(result.get());
                        },
                        "simulator-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Summary summary = simulation.run();
            OUT.println(summary);
            result.set(summary.right() ? RIGHT : WRONG);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            result.set(notBegun(e));
        } finally {
            done.countDown();
        }
        return result.get();
    }

    private static int notBegun(Exception why) {
        OUT.println("simulator: " + why.getMessage());
        return NOT_BEGUN;
    }

    private static void waitFor(CountDownLatch done, long seconds) {
        try {
            boolean unused = done.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Maven gives all that the user wrote behind {@code -Dweir.simulate=} as one. */
    private static List<String> arguments(String[] arguments) {
        return Arrays.stream(arguments)
                .flatMap(a -> Arrays.stream(a.strip().split("\\s+")))
                .filter(a -> !a.isEmpty())
                .toList();
    }

    private static String help() {
        try (InputStream in = Main.class.getResourceAsStream("/simulator/help.txt")) {
            return in == null
                    ? "see docs/simulator.md"
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "see docs/simulator.md";
        }
    }
}
