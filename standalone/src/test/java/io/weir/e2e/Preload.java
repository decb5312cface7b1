package io.weir.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The wall clock and the syncs of one process, in the test's hands: {@code faults.c}, compiled once
 * and preloaded. The process itself is as shipped, and keeps what was set when it starts again.
 */
final class Preload {
    private static final int CLOCK = 0;
    private static final int SYNCS_FAIL = 8;

    private final Path file;
    private final MappedByteBuffer words;

    Preload(Path file) {
        this.file = file.toAbsolutePath();
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            words = channel.map(FileChannel.MapMode.READ_WRITE, 0, 16);
            words.order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the process needs in its environment. */
    Map<String, String> env() {
        return Map.of("LD_PRELOAD", library().toString(), "FAULTS", file.toString());
    }

    /** Sets the wall clock so far off the machine's, at one blow. */
    void clockOff(Duration by) {
        words.putLong(CLOCK, by.toSeconds());
    }

    void syncsFail(boolean fail) {
        words.putLong(SYNCS_FAIL, fail ? 1 : 0);
    }

    private static synchronized Path library() {
        Path library = Path.of("target/faults.so").toAbsolutePath();
        if (Files.exists(library)) {
            return library;
        }
        OsPackages.compiler();
        Path source = library.resolveSibling("faults.c");
        try (InputStream text = Preload.class.getResourceAsStream("faults.c")) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
            Process cc =
                    new ProcessBuilder(
                                    "gcc",
                                    "-shared",
                                    "-fPIC",
                                    "-O1",
                                    "-o",
                                    library.toString(),
                                    source.toString(),
                                    "-ldl")
                            .redirectErrorStream(true)
                            .start();
            String said = new String(cc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!cc.waitFor(1, TimeUnit.MINUTES) || cc.exitValue() != 0) {
                throw new IllegalStateException("gcc does not compile " + source + ": " + said);
            }
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
