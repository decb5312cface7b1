package io.weir.edge.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A folder of flat files, as the journal sees it. What was appended but not synced, and what was
 * created, renamed or deleted since the last {@link #syncFolder}, may be gone after a power loss:
 * the disk of the tests makes sure of it.
 */
public interface Disk extends Closeable {
    List<String> list() throws IOException;

    /** A new, empty file to append to; one of the same name is emptied. */
    Tail create(String name) throws IOException;

    long size(String name) throws IOException;

    /** Fills the buffer from {@code position} on, or as far as the file goes. */
    void read(String name, long position, ByteBuffer into) throws IOException;

    /**
     * Writes once more, in place, the bytes that the file begins with, cuts what follows them, and
     * syncs. Needs no room, and unlike a mere sync it makes sure of bytes that a crashed process
     * left in the page cache after a sync of its own had failed.
     */
    void settle(String name, byte[] content) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void syncFolder() throws IOException;

    /** Bytes that may still be written. */
    long usable() throws IOException;

    /** Lets another process use the folder. */
    @Override
    default void close() throws IOException {}

    /** The growing end of one file. One thread at a time. */
    interface Tail extends Closeable {
        /** Writes all of it, or throws and may have written a part. */
        void append(ByteBuffer bytes) throws IOException;

        /**
         * After it has thrown once, nobody knows what is on the disk and asking again proves
         * nothing: the kernel may have dropped the pages and report success.
         */
        void sync() throws IOException;

        /** Takes back what was appended beyond {@code size}. */
        void cut(long size) throws IOException;
    }

    /** The whole file. */
    default byte[] readAll(String name) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(size(name)));
        read(name, 0, content);
        return content.array();
    }

    /** A whole small file that appears under its name only when it is safe on disk. */
    default void write(String name, byte[] content) throws IOException {
        try (Tail file = create(name + ".tmp")) {
            file.append(ByteBuffer.wrap(content));
            file.sync();
        }
        rename(name + ".tmp", name);
        syncFolder();
    }
}
