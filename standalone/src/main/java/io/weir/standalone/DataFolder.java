package io.weir.standalone;

import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The folder that keeps everything between runs; one process at a time. */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final int TRIES = 30;

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Waits up to 30 s for a run before this one that is still stopping (facts/probes.md 7). */
    static DataFolder open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            for (int i = 0; i < TRIES; i++) {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    DataFolder folder = new DataFolder(path, channel);
                    Files.writeString(
                            path.resolve("weir.pid"),
                            String.valueOf(ProcessHandle.current().pid()));
                    return folder;
                }
                if (i == 0) {
                    LOG.info("another Weir still uses {}, waiting for it", path.toAbsolutePath());
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
            throw new IllegalStateException(
                    "another Weir uses "
                            + path.toAbsolutePath()
                            + "; stop it, or set WEIR_DATA to another folder");
        } catch (IOException e) {
            throw new UncheckedIOException("data folder " + path.toAbsolutePath(), e);
        }
    }

    Path path() {
        return path;
    }

    boolean has(String file) {
        return Files.exists(path.resolve(file));
    }

    /** For the owner's eyes only (0600), whole or not at all. */
    void writeSecret(String file, Object value) {
        try {
            Path temporary = path.resolve(file + ".new");
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(
                    temporary,
                    Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
            Files.move(temporary, path.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(path.resolve(file).toString(), e);
        }
    }

    <T> T read(String file, Class<T> type) {
        try {
            return Json.read(Files.readString(path.resolve(file)), type);
        } catch (IOException e) {
            throw new UncheckedIOException(path.resolve(file).toString(), e);
        }
    }

    void delete(String file) {
        try {
            Files.deleteIfExists(path.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(path.resolve(file).toString(), e);
        }
    }

    @Override
    public void close() {
        delete("weir.pid");
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("the lock of {} was not given back", path, e);
        }
    }
}
