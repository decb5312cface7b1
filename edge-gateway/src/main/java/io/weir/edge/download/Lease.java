package io.weir.edge.download;

import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A whole and checked content, open to be sent; many have it at once. It stays on the disk until
 * the last one is closed. Any thread.
 */
public final class Lease implements AutoCloseable {
    private final FileChannel file;
    private final long size;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(FileChannel file, long size, Runnable release) {
        this.file = file;
        this.size = size;
        this.release = release;
    }

    /** To be read at positions; never closed but by {@link #close}. */
    public FileChannel file() {
        return file;
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
