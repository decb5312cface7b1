package io.weir.cloud.backup;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What a backup file holds, the last entry written to it: a file without it was broken off.
 *
 * @param format of the file; another number is another program's
 * @param takenAt when the snapshot was taken, by the clock of who took it
 * @param migrations what had been run, in order
 * @param tables in an order in which they can be loaded: what is referred to comes first
 */
record Manifest(
        int format,
        Instant takenAt,
        List<Migration> migrations,
        List<Table> tables,
        List<Sequence> sequences) {
    static final int FORMAT = 1;
    static final String ENTRY = "manifest.json";

    /**
     * @param checksum of the migration's text as Flyway counts it
     */
    record Migration(String version, @Nullable Integer checksum) {}

    /**
     * @param name schema-qualified and quoted where it must be
     * @param columns those that are stored, quoted where they must be, separated by commas
     * @param digest see {@link RowDigest}
     */
    record Table(String name, String columns, long rows, String digest) {
        /** Where in the file its rows are. */
        String entry() {
            return "tables/" + name + ".copy";
        }
    }

    /**
     * @param last the last number given out; null when none was
     */
    record Sequence(String name, @Nullable Long last) {}

    /** Of the migrations, the one with the highest number: what Flyway is to stop at. */
    String version() {
        return migrations.getLast().version();
    }

    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }
}
