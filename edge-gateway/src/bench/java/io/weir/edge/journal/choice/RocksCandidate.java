package io.weir.edge.journal.choice;

import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** RocksDB: entries under rising numbers, its write-ahead log synced once a commit. */
final class RocksCandidate extends GroupCommit {
    private final Options options;
    private final RocksDB store;
    private final WriteOptions synced;
    private final byte[] key = new byte[Long.BYTES];
    private long number;

    RocksCandidate(Path folder, long pauseNanos) throws Exception {
        super(pauseNanos);
        RocksDB.loadLibrary();
        synced = new WriteOptions().setSync(true);
        options =
                new Options()
                        .setCreateIfMissing(true)
                        .setCompressionType(CompressionType.NO_COMPRESSION)
                        .setWriteBufferSize(64 << 20);
        store = RocksDB.open(options, folder.toString());
        begin();
    }

    @Override
    void commit(List<byte[]> entries) throws Exception {
        try (WriteBatch batch = new WriteBatch()) {
            for (byte[] entry : entries) {
                ByteBuffer.wrap(key).putLong(number++);
                batch.put(key, entry);
            }
            store.write(synced, batch);
        }
    }

    @Override
    public void close() throws Exception {
        super.close();
        store.close();
        synced.close();
        options.close();
    }
}
