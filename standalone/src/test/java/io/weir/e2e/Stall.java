package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that stand still for a while, or most of the time: connections hold, answers don't
 * come.
 */
final class Stall {
    private static final long STANDS_MS = 180;
    private static final long RUNS_MS = 20;

    private Stall() {}

    /** They run a tenth of the time only. */
    static void slow(List<ProcessHandle> processes, Duration during) {
        long end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            stop(processes);
            Wait.pause(STANDS_MS);
            resume(processes);
            Wait.pause(RUNS_MS);
        }
    }

    static void stop(List<ProcessHandle> processes) {
        signal("-STOP", processes);
    }

    static void resume(List<ProcessHandle> processes) {
        signal("-CONT", processes);
    }

    /** One that has ended meanwhile, as PostgreSQL's children do, is passed over. */
    private static void signal(String signal, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(p -> command.add(String.valueOf(p.pid())));
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
