package io.weir.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own running one of Weir's mains on this test's class path; its output goes to {@code
 * target/logs}.
 */
public final class JavaProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final long logFrom;

    private JavaProcess(String name, Process process, Path log, long logFrom) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.logFrom = logFrom;
    }

    public static JavaProcess start(
            String name, Class<?> main, Map<String, String> env, List<String> args, String heap) {
        return start(List.of(), name, main, env, args, heap);
    }

    /**
     * @param within a command that becomes the one behind it, e.g. in a network namespace
     */
    static JavaProcess start(
            List<String> within,
            String name,
            Class<?> main,
            Map<String, String> env,
            List<String> args,
            String heap) {
        return launch(within, name, main.getName(), "", env, args, heap);
    }

    /**
     * @param more class path beyond this test's own, behind it
     */
    public static JavaProcess start(
            String name,
            String main,
            String more,
            Map<String, String> env,
            List<String> args,
            String heap) {
        return launch(List.of(), name, main, more, env, args, heap);
    }

    private static JavaProcess launch(
            List<String> within,
            String name,
            String main,
            String more,
            Map<String, String> env,
            List<String> args,
            String heap) {
        try {
            Path log = Files.createDirectories(Path.of("target/logs")).resolve(name + ".log");
            long from = Files.exists(log) ? Files.size(log) : 0;
            List<String> command = new ArrayList<>(within);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Xmx" + heap);
            command.addAll(List.of(System.getProperty("weir.jvm.args").trim().split("\\s+")));
            command.addAll(
                    List.of(
                            "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                            "-cp",
                            System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path"))
                                    + (more.isEmpty() ? "" : File.pathSeparator + more),
                            main));
            command.addAll(args);
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(key -> key.startsWith("WEIR_"));
            builder.environment().putAll(env);
            builder.environment()
                    .put(
                            "WEIR_DESCRIPTOR",
                            Path.of(System.getProperty("weir.root"), "verticles.json").toString());
            return new JavaProcess(name, builder.start(), log, from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until this run's output has a line with the text. */
    public JavaProcess await(String text, Duration within) {
        Wait.until(
                name + " says " + text,
                within,
                () -> {
                    assertAlive();
                    return output().contains(text);
                });
        return this;
    }

    void assertAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " died, see " + log.toAbsolutePath());
        }
    }

    public String output() {
        try {
            byte[] all = Files.readAllBytes(log);
            return new String(
                    all,
                    (int) logFrom,
                    (int) (all.length - logFrom),
                    java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** For a process that ends by itself: what it answers. */
    public int awaitEnd(int seconds) {
        awaitExit(seconds);
        return process.exitValue();
    }

    /** SIGKILL: nothing gets a chance to tidy up. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(10);
    }

    /** SIGTERM, as Ctrl-C or Kubernetes would. */
    public int stop() {
        process.destroy();
        awaitExit(40);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitExit(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not end within " + seconds + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
