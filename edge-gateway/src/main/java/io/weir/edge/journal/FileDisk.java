package io.weir.edge.journal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real folder, locked against a second process. {@code force(false)} is fdatasync: it does sync a
 * grown length. The folder itself is synced through a channel opened on it, which Linux allows.
 */
public final class FileDisk implements Disk {
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileStore store;
    private final FileChannel lock;

    public FileDisk(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.store = Files.getFileStore(folder);
        this.lock = FileChannel.open(folder.resolve(LOCK), CREATE, WRITE);
        if (!locked(lock)) {
            lock.close();
            throw new IOException("another process uses the journal in " + folder);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            @Nullable FileLock held = file.tryLock();
            return held != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> !f.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Override
    @SuppressWarnings("resource") // the tail closes it
    public Tail create(String name) throws IOException {
        return new ChannelTail(
                FileChannel.open(folder.resolve(name), CREATE, TRUNCATE_EXISTING, WRITE));
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(folder.resolve(name));
    }

    @Override
    public void read(String name, long position, ByteBuffer into) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(name), READ)) {
            long at = position;
            while (into.hasRemaining()) {
                int n = file.read(into, at);
                if (n < 0) {
                    return;
                }
                at += n;
            }
        }
    }

    @Override
    public void settle(String name, byte[] content) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(name), WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.truncate(content.length);
            file.force(false);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                folder.resolve(from),
                folder.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void syncFolder() throws IOException {
        try (FileChannel self = FileChannel.open(folder, READ)) {
            self.force(true);
        }
    }

    @Override
    public long usable() throws IOException {
        return store.getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private record ChannelTail(FileChannel channel) implements Tail {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void cut(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
