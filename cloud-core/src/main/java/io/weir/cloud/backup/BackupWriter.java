package io.weir.cloud.backup;

import io.weir.cloud.Migrations;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes every row of Weir's tables, as of one moment, into one file while the platform runs. The
 * file appears under its name only when it is whole and synced.
 */
final class BackupWriter {
    private static final Logger LOG = LoggerFactory.getLogger(BackupWriter.class);

    // Whoever makes or drops a day of history (V0400) takes this lock first. Without it he would
    // wait for the tables, and every writer of history behind him.
    private static final String NO_DAY_COMES_OR_GOES =
            "SELECT pg_advisory_lock_shared(hashtext('ingest.day'))";

    private final String uri;
    private final Time time;

    BackupWriter(String uri, Time time) {
        this.uri = uri;
        this.time = time;
    }

    /**
     * @param file that is not there yet; readable by its owner only, for it holds password hashes
     * @throws BackupRefused when the file exists, its folder doesn't, or there is no Weir in the
     *     database
     */
    Manifest write(Path file) {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (Files.exists(target)) {
            throw new BackupRefused(target + " exists; a backup never overwrites: name another");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BackupRefused("there is no folder " + folder + " to write a backup to");
        }
        try {
            return write(folder, target);
        } catch (IOException e) {
            throw new BackupRefused("the backup could not be written: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new BackupRefused("the database could not be read: " + e.getMessage(), e);
        }
    }

    private Manifest write(Path folder, Path target) throws IOException, SQLException {
        Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part");
        try {
            Manifest manifest;
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
                ZipOutputStream zip = new ZipOutputStream(out);
                manifest = snapshot(zip);
                zip.finish();
                out.flush();
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
                entry.force(true);
            }
            LOG.info(
                    "backup {} done: {} tables, {} rows, {} bytes",
                    target,
                    manifest.tables().size(),
                    manifest.rows(),
                    Files.size(target));
            return manifest;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Manifest snapshot(ZipOutputStream zip) throws IOException, SQLException {
        try (Connection c = Migrations.connect(uri)) {
            Sql.settle(c);
            if (Sql.number(c, "SELECT count(*) FROM pg_namespace WHERE nspname = 'weir'") == 0) {
                throw new BackupRefused("there is no Weir in this database: nothing to back up");
            }
            Sql.lines(c, NO_DAY_COMES_OR_GOES);
            Catalogue before = Catalogue.read(c);
            c.setAutoCommit(false);
            c.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            c.setReadOnly(true);
            // Before the snapshot: a day's partition that was dropped after it would be missing.
            Sql.run(c, "LOCK TABLE " + before.names() + " IN ACCESS SHARE MODE");
            Catalogue now = Catalogue.read(c);
            if (!now.tables().equals(before.tables())) {
                throw new BackupRefused("tables were being migrated just now: try again");
            }
            Manifest manifest =
                    new Manifest(
                            Manifest.FORMAT,
                            time.now(),
                            Catalogue.migrations(c),
                            tables(c, now, zip),
                            now.sequences());
            zip.putNextEntry(new ZipEntry(Manifest.ENTRY));
            zip.write(Json.bytes(manifest));
            zip.closeEntry();
            c.rollback();
            return manifest;
        }
    }

    private static List<Manifest.Table> tables(Connection c, Catalogue now, ZipOutputStream zip)
            throws IOException, SQLException {
        List<Manifest.Table> written = new ArrayList<>();
        for (Catalogue.Table table : now.tables()) {
            readAllRows(c, table);
            var entry = new Manifest.Table(table.name(), table.columns(), 0, "");
            zip.putNextEntry(new ZipEntry(entry.entry()));
            RowDigest digest = Sql.copyOut(c, table, zip::write);
            zip.closeEntry();
            written.add(
                    new Manifest.Table(
                            table.name(), table.columns(), digest.rows(), digest.text()));
            LOG.info(
                    "backup {}/{} {}: {} rows",
                    written.size(),
                    now.tables().size(),
                    table.name(),
                    digest.rows());
        }
        return written;
    }

    /**
     * The owner sees no row where row-level security is forced, weir_system every one, if its
     * policy says so. Anything less would be a backup that looks whole and is not.
     */
    private static void readAllRows(Connection c, Catalogue.Table table) throws SQLException {
        if (table.forced() && !table.open()) {
            throw new BackupRefused(
                    table.name() + " hides rows from weir_system: protect it by weir.protect");
        }
        Sql.run(c, table.forced() ? "SET LOCAL ROLE weir_system" : "SET LOCAL ROLE NONE");
    }
}
