package io.weir.edge.journal;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A disk that keeps nothing it was not told to: a power loss forgets unsynced folder changes, tears
 * unsynced bytes at any place, may leave zeros or a hole in them. It can be full, fail a sync (and
 * then pretend that the next one worked) and crash the process in the middle of any operation.
 */
final class FakeDisk implements Disk {
    /** The process dies here. Not an exception: nothing of the journal may handle it. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class FakeFile {
        byte[] bytes = new byte[256];
        int size;
        int synced;
        int poisonedFrom = Integer.MAX_VALUE;

        void append(byte[] more, int length) {
            if (size + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * (size + length));
            }
            System.arraycopy(more, 0, bytes, size, length);
            size += length;
        }

        void cut(int to) {
            size = Math.min(size, to);
            synced = Math.min(synced, size);
            if (size <= poisonedFrom) {
                poisonedFrom = Integer.MAX_VALUE;
            }
        }
    }

    private final Random random;
    private Map<String, FakeFile> files = new TreeMap<>();
    private final List<Map<String, FakeFile>> folderStates = new ArrayList<>();
    private BiConsumer<String, byte[]> onDelete = (name, content) -> {};
    private int crashIn = -1;
    private boolean failSync;
    private String syncError = "input/output error";
    private boolean syncsFail;
    private int longestWrite = Integer.MAX_VALUE;
    private long free = Long.MAX_VALUE;

    int tornBytes;
    int holes;
    int failedSyncs;
    int refusedWrites;
    int deleted;

    FakeDisk(Random random) {
        this.random = random;
        folderStates.add(new TreeMap<>());
    }

    void onDelete(BiConsumer<String, byte[]> check) {
        onDelete = check;
    }

    /** The process dies in the {@code n}th operation from now. */
    void crashIn(int n) {
        crashIn = n;
    }

    void failNextSync() {
        failSync = true;
    }

    /** From now on every sync fails, that of {@link #settle} too; null: they work again. */
    void failSyncs(@Nullable String error) {
        syncsFail = error != null;
        syncError = error == null ? syncError : error;
    }

    /** An append of more bytes than this is done in part and then fails. */
    void longestWrite(int bytes) {
        longestWrite = bytes;
    }

    /** Bytes that may still be written. */
    void free(long bytes) {
        free = bytes;
    }

    void calm() {
        crashIn = -1;
        failSync = false;
        free = Long.MAX_VALUE;
    }

    /** Power comes back: what is left? */
    void powerLoss() {
        calm();
        files = new TreeMap<>(folderStates.get(random.nextInt(folderStates.size())));
        folderStates.clear();
        folderStates.add(new TreeMap<>(files));
        files.values().forEach(this::tear);
    }

    private void tear(FakeFile file) {
        int unsynced = file.size - file.synced;
        int sure = file.synced;
        if (unsynced > 0) {
            int kept = random.nextInt(unsynced + 1);
            tornBytes += unsynced - kept;
            file.size = sure + kept;
            if (kept > 2 && random.nextInt(4) == 0) {
                int hole = sure + random.nextInt(kept);
                int length = 1 + random.nextInt(Math.min(kept, file.size - hole));
                Arrays.fill(file.bytes, hole, hole + length, (byte) 0);
                holes++;
            }
        }
        if (file.poisonedFrom < file.size) {
            file.size = file.poisonedFrom;
        }
        file.poisonedFrom = Integer.MAX_VALUE;
        file.synced = file.size;
    }

    /** Another disk with the same files, all synced. */
    FakeDisk copy() {
        FakeDisk copy = new FakeDisk(new Random(1));
        files.forEach((name, file) -> copy.put(name, Arrays.copyOf(file.bytes, file.size)));
        return copy;
    }

    byte[] content(String name) {
        FakeFile file = files.get(name);
        return Arrays.copyOf(file.bytes, file.size);
    }

    /** The file as something outside the journal left it. */
    void put(String name, byte[] content) {
        FakeFile file = new FakeFile();
        file.append(content, content.length);
        file.synced = file.size;
        files.put(name, file);
        folderStates.clear();
        folderStates.add(new TreeMap<>(files));
    }

    /** Turns a byte of a file round, as a bad sector would. */
    void damage(String name, int at) {
        files.get(name).bytes[at] ^= (byte) 0xFF;
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public Tail create(String name) throws IOException {
        if (free < 64) {
            refusedWrites++;
            throw new IOException("no space left on device");
        }
        step();
        FakeFile file = new FakeFile();
        files.put(name, file);
        folderChanged();
        return new FakeTail(file);
    }

    @Override
    public long size(String name) throws IOException {
        return file(name).size;
    }

    @Override
    public void read(String name, long position, ByteBuffer into) throws IOException {
        FakeFile file = file(name);
        int n = Math.min(into.remaining(), file.size - (int) position);
        into.put(file.bytes, (int) position, n);
    }

    @Override
    public void settle(String name, byte[] content) throws IOException {
        step();
        if (syncsFail) {
            throw new IOException(syncError);
        }
        FakeFile file = file(name);
        if (!Arrays.equals(content, Arrays.copyOf(file.bytes, content.length))) {
            throw new AssertionError("other bytes than the file begins with");
        }
        file.cut(content.length);
        file.synced = file.size;
        file.poisonedFrom = Integer.MAX_VALUE;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step();
        FakeFile file = file(from);
        files.remove(from);
        files.put(to, file);
        folderChanged();
    }

    @Override
    public void delete(String name) throws IOException {
        step();
        FakeFile file = file(name);
        onDelete.accept(name, Arrays.copyOf(file.bytes, file.size));
        files.remove(name);
        deleted++;
        folderChanged();
    }

    @Override
    public void syncFolder() {
        step();
        folderStates.clear();
        folderStates.add(new TreeMap<>(files));
    }

    @Override
    public long usable() {
        return free;
    }

    private void folderChanged() {
        folderStates.add(new TreeMap<>(files));
    }

    private FakeFile file(String name) throws FileNotFoundException {
        FakeFile file = files.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    private void step() {
        if (crashIn >= 0 && crashIn-- == 0) {
            throw new Crash();
        }
    }

    private final class FakeTail implements Tail {
        private final FakeFile file;

        FakeTail(FakeFile file) {
            this.file = file;
        }

        @Override
        public void append(ByteBuffer buffer) throws IOException {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            if (crashIn == 0) {
                file.append(bytes, random.nextInt(bytes.length + 1));
            }
            step();
            if (bytes.length > longestWrite) {
                file.append(bytes, longestWrite);
                throw new IOException("short write");
            }
            if (bytes.length > free) {
                refusedWrites++;
                file.append(bytes, random.nextInt((int) free + 1));
                throw new IOException("no space left on device");
            }
            if (free != Long.MAX_VALUE) {
                free -= bytes.length;
            }
            file.append(bytes, bytes.length);
        }

        @Override
        public void sync() throws IOException {
            step();
            if (failSync || syncsFail) {
                failSync = false;
                failedSyncs++;
                file.poisonedFrom = Math.min(file.poisonedFrom, file.synced);
                throw new IOException(syncError);
            }
            file.synced = file.size;
        }

        @Override
        public void cut(long size) {
            step();
            file.cut((int) size);
        }

        @Override
        public void close() {}
    }
}
