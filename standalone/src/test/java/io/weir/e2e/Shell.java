package io.weir.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the operating system. */
final class Shell {
    /** What came of one. */
    record Result(int status, String output) {}

    private Shell() {}

    /** Its output; it must succeed. */
    static String run(String command) {
        Result result = attempt(command);
        if (result.status() != 0) {
            throw new IllegalStateException(command + ": " + result.output());
        }
        return result.output();
    }

    /** Words are parted by blanks. A command that isn't there has failed. */
    static Result attempt(String command) {
        try {
            Process process =
                    new ProcessBuilder(List.of(command.split(" ")))
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
