package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * A folder that is a small file system of its own, in memory, so that it can be full. Where
 * mounting is not permitted it is an ordinary folder and can't be filled.
 */
final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final boolean mounted;

    private SmallDisk(Path folder, boolean mounted) {
        this.folder = folder;
        this.mounted = mounted;
    }

    static SmallDisk mount(Path folder, int megabytes) {
        try {
            Files.createDirectories(folder);
            boolean mounted =
                    run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=" + megabytes + "m",
                            "weir",
                            "" + folder);
            if (!mounted) {
                System.out.println("FAULTS no small disk: mounting is not permitted here");
            }
            return new SmallDisk(folder, mounted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean mounted() {
        return mounted;
    }

    /** To the last byte, with a file of nobody. */
    void fill() {
        for (int chunk = 1 << 20; chunk > 0; chunk /= 256) {
            try (FileChannel file =
                    FileChannel.open(
                            filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    file.write(ByteBuffer.allocate(chunk));
                }
            } catch (IOException e) {
                // that it is full is what was wanted
                continue;
            }
        }
    }

    void free() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        if (mounted) {
            run("umount", "-l", folder.toString());
        }
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
