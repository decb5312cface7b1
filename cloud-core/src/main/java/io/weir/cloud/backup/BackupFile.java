package io.weir.cloud.backup;

import io.weir.runtime.json.Json;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A backup that was written before. */
final class BackupFile implements AutoCloseable {
    private static final int FIRST_ROW_BYTES = 1 << 16;

    private final Path file;
    private final ZipFile zip;
    private final Manifest manifest;

    private BackupFile(Path file, ZipFile zip, Manifest manifest) {
        this.file = file;
        this.zip = zip;
        this.manifest = manifest;
    }

    /**
     * Opens it and reads what it says it holds; {@link #check} compares.
     *
     * @throws BackupRefused when it is missing, broken off, or of another format
     */
    static BackupFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BackupRefused("there is no file " + file.toAbsolutePath());
        }
        ZipFile zip = opened(file);
        try {
            return new BackupFile(file, zip, manifest(file, zip));
        } catch (IOException | IllegalArgumentException e) {
            closeQuietly(zip, e);
            throw damaged(file, "its manifest can't be read: " + e.getMessage(), e);
        } catch (BackupRefused e) {
            closeQuietly(zip, e);
            throw e;
        }
    }

    private static ZipFile opened(Path file) {
        try {
            return new ZipFile(file.toFile());
        } catch (IOException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static Manifest manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(Manifest.ENTRY);
        if (entry == null) {
            throw damaged(file, "it has no " + Manifest.ENTRY, null);
        }
        byte[] text;
        try (InputStream in = zip.getInputStream(entry)) {
            text = in.readAllBytes();
        }
        CRC32 sum = new CRC32(); // Java's ZipFile does not compare it
        sum.update(text);
        if (sum.getValue() != entry.getCrc()) {
            throw damaged(file, "its manifest was changed", null);
        }
        int format = Json.tree(text).path("format").asInt();
        if (format != Manifest.FORMAT) {
            throw new BackupRefused(
                    "%s has format %d, this release reads %d: take the release that wrote it"
                            .formatted(file, format, Manifest.FORMAT));
        }
        Manifest manifest = Json.read(text, Manifest.class);
        if (manifest.migrations().isEmpty()) {
            throw damaged(file, "it names no migration", null);
        }
        return manifest;
    }

    Manifest manifest() {
        return manifest;
    }

    /** The rows of a table, in COPY's text format. */
    InputStream rows(Manifest.Table table) throws IOException {
        ZipEntry entry = zip.getEntry(table.entry());
        if (entry == null) {
            throw damaged(file, "the rows of " + table.name() + " are missing", null);
        }
        return new BufferedInputStream(zip.getInputStream(entry));
    }

    /**
     * Reads all of it and compares with the manifest. Needs no database.
     *
     * @throws BackupRefused at the first table that is not what the manifest says
     */
    void check() {
        Set<String> expected = new HashSet<>(Set.of(Manifest.ENTRY));
        for (Manifest.Table table : manifest.tables()) {
            expected.add(table.entry());
            RowDigest read = digest(table);
            if (read.rows() != table.rows() || !read.text().equals(table.digest())) {
                throw damaged(
                        file,
                        "%s has %d rows with digest %s, the manifest says %d with %s"
                                .formatted(
                                        table.name(),
                                        read.rows(),
                                        read.text(),
                                        table.rows(),
                                        table.digest()),
                        null);
            }
        }
        zip.stream()
                .filter(entry -> !expected.contains(entry.getName()))
                .findFirst()
                .ifPresent(
                        entry -> {
                            throw damaged(file, "nobody knows what " + entry + " is", null);
                        });
    }

    private RowDigest digest(Manifest.Table table) {
        RowDigest digest = new RowDigest();
        try (InputStream in = rows(table)) {
            byte[] row = new byte[FIRST_ROW_BYTES];
            int length = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    digest.add(row, length);
                    length = 0;
                } else {
                    if (length == row.length) {
                        row = java.util.Arrays.copyOf(row, 2 * length);
                    }
                    row[length++] = (byte) b;
                }
            }
            if (length > 0) {
                throw damaged(file, "the last row of " + table.name() + " is torn", null);
            }
            return digest;
        } catch (IOException e) {
            String how = e.getMessage() == null ? "it ends too early" : e.getMessage();
            throw damaged(file, table.name() + ": " + how, e);
        }
    }

    private static BackupRefused damaged(
            Path file, String how, @org.jspecify.annotations.Nullable Throwable cause) {
        String text = file + " is damaged or no backup: " + how + "; take another backup";
        return cause == null ? new BackupRefused(text) : new BackupRefused(text, cause);
    }

    private static void closeQuietly(ZipFile zip, Exception because) {
        try {
            zip.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new BackupRefused("the backup could not be closed: " + e.getMessage(), e);
        }
    }
}
