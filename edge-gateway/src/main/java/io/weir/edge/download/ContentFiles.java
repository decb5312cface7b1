package io.weir.edge.download;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cache's folder. A content has its name only when all of it was checked and synced; until then
 * it is a {@code .part}, which may end anywhere and hold anything. Every call blocks; none is made
 * on an event loop.
 */
final class ContentFiles {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-([0-9]{1,18})");
    private static final String PART = ".part";
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final FileStore store;
    private final long reserve;

    /**
     * @param reserve bytes that must stay free on the disk: they are the journal's
     */
    ContentFiles(Path folder, long reserve) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.store = Files.getFileStore(folder);
        this.reserve = reserve;
    }

    /**
     * @param whole it is no part
     */
    record Found(String name, long size, boolean whole) {}

    /** The disk's reserve would be touched. */
    static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1L;

        private final long missing;

        NoRoom(long missing) {
            super("the disk has no room, " + missing + " bytes are missing");
            this.missing = missing;
        }

        long missing() {
            return missing;
        }
    }

    static String name(Content content) {
        return content.sha256() + "-" + content.size();
    }

    /** What is there, the one unused for longest first; anything of another name is left alone. */
    List<Found> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(ContentFiles::used))
                    .map(ContentFiles::found)
                    .filter(found -> found != null)
                    .toList();
        }
    }

    private static Long used(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0L;
        }
    }

    private static @Nullable Found found(Path file) {
        String name = file.getFileName().toString();
        boolean part = name.endsWith(PART);
        String bare = part ? name.substring(0, name.length() - PART.length()) : name;
        var match = NAME.matcher(bare);
        return match.matches() ? new Found(bare, Long.parseLong(match.group(2)), !part) : null;
    }

    /**
     * Opens the part to go on with it.
     *
     * @param block the part goes on at a multiple of so many bytes
     */
    Part open(Content content, int block) throws IOException {
        FileChannel file =
                FileChannel.open(
                        folder.resolve(name(content) + PART),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            long have = Math.min(file.size(), content.size());
            long at = have == content.size() ? have : have - have % block;
            file.truncate(at);
            file.position(at);
            checkRoom(content.size() - at);
            return new Part(file, at);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** A content on its way. */
    final class Part {
        private final FileChannel file;
        private final long from;

        Part(FileChannel file, long from) {
            this.file = file;
            this.from = from;
        }

        /** What was there when it was opened. */
        long from() {
            return from;
        }

        void append(List<byte[]> blocks) throws IOException {
            checkRoom(blocks.size() * (long) BUFFER);
            for (byte[] block : blocks) {
                ByteBuffer bytes = ByteBuffer.wrap(block);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
        }

        void close() throws IOException {
            file.close();
        }

        /** Checks size and digest; gives it its name when they are right, throws it away else. */
        boolean finish(Content content) throws IOException {
            boolean right = file.size() == content.size() && digest(file).equals(content.sha256());
            if (right) {
                file.force(true);
            }
            file.close();
            if (!right) {
                delete(name(content));
                return false;
            }
            Files.move(
                    folder.resolve(name(content) + PART),
                    folder.resolve(name(content)),
                    StandardCopyOption.ATOMIC_MOVE);
            syncFolder();
            return true;
        }
    }

    private void checkRoom(long more) throws IOException {
        long missing = reserve + more - store.getUsableSpace();
        if (missing > 0) {
            throw new NoRoom(missing);
        }
    }

    /** Is it still what it was when it got its name? Looked at once after a start. */
    boolean intact(Content content) throws IOException {
        try (FileChannel file = whole(content)) {
            return file.size() == content.size() && digest(file).equals(content.sha256());
        }
    }

    /**
     * To be sent; the caller closes it.
     *
     * @param now kept as the time of its last use, for the order after a restart
     */
    FileChannel take(Content content, Instant now) throws IOException {
        FileChannel channel = whole(content);
        Files.setLastModifiedTime(folder.resolve(name(content)), FileTime.from(now));
        return channel;
    }

    private FileChannel whole(Content content) throws IOException {
        return FileChannel.open(folder.resolve(name(content)), StandardOpenOption.READ);
    }

    /** Part or whole. */
    void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        Files.deleteIfExists(folder.resolve(name + PART));
    }

    private void syncFolder() throws IOException {
        try (FileChannel self = FileChannel.open(folder, StandardOpenOption.READ)) {
            self.force(true);
        }
    }

    private static String digest(FileChannel file) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            long at = 0;
            for (int n = file.read(buffer, at); n >= 0; n = file.read(buffer, at)) {
                at += n;
                sha.update(buffer.flip());
                buffer.clear();
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
