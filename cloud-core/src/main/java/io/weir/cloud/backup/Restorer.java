package io.weir.cloud.backup;

import io.weir.cloud.Migrations;

import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads a backup into an empty database: the tables first, by the migrations that the backup names,
 * then all rows and numbers in one transaction, compared with the manifest before its commit. A
 * restore that broke off leaves tables without rows and may be run again.
 */
final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
    private static final String DAYS = "ingest.day";
    private static final String RELATIONS =
            """
            SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            """;

    private final String uri;
    private final boolean newKafka;

    /**
     * @param newKafka Kafka was lost as well and set up anew
     */
    Restorer(String uri, boolean newKafka) {
        this.uri = uri;
        this.newKafka = newKafka;
    }

    /**
     * @throws BackupRefused before anything is touched, when the file is damaged, the database is
     *     not empty or this release has other migrations; later, with nothing committed but empty
     *     tables, when what was loaded is not what was backed up
     */
    void restore(Path file) {
        try (BackupFile backup = BackupFile.open(file)) {
            LOG.info("checking {}, taken at {}", file, backup.manifest().takenAt());
            backup.check();
            requireEmpty();
            migrate(backup.manifest());
            load(backup);
        } catch (IOException e) {
            throw new BackupRefused("the backup could not be read: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new BackupRefused("the database could not be loaded: " + e.getMessage(), e);
        }
    }

    /** A database in which Weir was never started is empty too: a restore broke off there. */
    private void requireEmpty() throws SQLException {
        try (Connection c = Migrations.connect(uri)) {
            if (Sql.number(c, RELATIONS) == 0) {
                return;
            }
            boolean tables =
                    Sql.number(c, "SELECT count(to_regclass('weir.birth'))") == 1
                            && Sql.number(c, "SELECT count(*) FROM weir.birth") == 0;
            if (!tables) {
                throw new BackupRefused(
                        "the database is not empty: restore into a new one (CREATE DATABASE), and"
                                + " keep the old one until all is well");
            }
            LOG.info("empty tables of a restore that broke off: going on with them");
        }
    }

    /** Exactly the backup's migrations: a table more or less would not be the same database. */
    private void migrate(Manifest manifest) {
        Map<String, MigrationInfo> here = new HashMap<>();
        for (MigrationInfo info : Migrations.flyway(uri).load().info().all()) {
            here.put(info.getVersion().getVersion(), info);
        }
        for (Manifest.Migration migration : manifest.migrations()) {
            MigrationInfo known =
                    here.remove(MigrationVersion.fromVersion(migration.version()).getVersion());
            if (known == null || !same(known.getChecksum(), migration.checksum())) {
                throw otherRelease("migration " + migration.version() + " is unknown or another");
            }
        }
        MigrationVersion last = MigrationVersion.fromVersion(manifest.version());
        here.values().stream()
                .filter(info -> info.getVersion().compareTo(last) < 0)
                .findFirst()
                .ifPresent(
                        info -> {
                            throw otherRelease(
                                    "it was taken without migration " + info.getVersion());
                        });
        Migrations.flyway(uri).target(manifest.version()).load().migrate();
        LOG.info("tables made, up to migration {}", manifest.version());
    }

    private static boolean same(
            @org.jspecify.annotations.Nullable Integer a,
            @org.jspecify.annotations.Nullable Integer b) {
        return java.util.Objects.equals(a, b);
    }

    private static BackupRefused otherRelease(String why) {
        return new BackupRefused(
                "the backup is of another release ("
                        + why
                        + "): restore it with the release that ran when it was taken, then start"
                        + " this one");
    }

    private void load(BackupFile backup) throws SQLException, IOException {
        Manifest manifest = backup.manifest();
        try (Connection c = Migrations.connect(uri)) {
            Sql.settle(c);
            c.setAutoCommit(false);
            Catalogue here = Catalogue.read(c);
            requireSameTables(manifest, here);
            lift(c, here);
            Sql.run(c, "TRUNCATE " + here.names());
            days(c, backup);
            for (int i = 0; i < here.tables().size(); i++) {
                copyIn(c, backup, here.tables().get(i), i + 1);
            }
            sequences(c, manifest, here);
            compare(c, manifest, here);
            new Aftermath(c, here).run(newKafka);
            putBack(c, here);
            c.commit();
            c.setAutoCommit(true);
            Sql.run(c, "ANALYZE");
        }
        LOG.info("restored: {} rows of {}", manifest.rows(), manifest.takenAt());
    }

    private static void requireSameTables(Manifest manifest, Catalogue here) {
        List<String> wanted =
                manifest.tables().stream().map(t -> t.name() + " " + t.columns()).sorted().toList();
        List<String> made =
                here.tables().stream().map(t -> t.name() + " " + t.columns()).sorted().toList();
        if (!wanted.equals(made)) {
            throw otherRelease("its tables or columns differ");
        }
    }

    private static Manifest.Table table(Manifest manifest, Catalogue.Table here) {
        return manifest.tables().stream()
                .filter(t -> t.name().equals(here.name()))
                .findFirst()
                .orElseThrow();
    }

    /** The owner can neither see nor write rows where row-level security is forced. */
    private static void lift(Connection c, Catalogue here) throws SQLException {
        for (Catalogue.Table table : here.tables()) {
            if (table.forced()) {
                Sql.run(c, "ALTER TABLE " + table.name() + " NO FORCE ROW LEVEL SECURITY");
            }
            if (table.triggers()) {
                Sql.run(c, "ALTER TABLE " + table.name() + " DISABLE TRIGGER USER");
            }
        }
    }

    private static void putBack(Connection c, Catalogue here) throws SQLException {
        for (Catalogue.Table table : here.tables()) {
            if (table.forced()) {
                Sql.run(c, "ALTER TABLE " + table.name() + " FORCE ROW LEVEL SECURITY");
            }
            if (table.triggers()) {
                Sql.run(c, "ALTER TABLE " + table.name() + " ENABLE TRIGGER USER");
            }
        }
    }

    /** History is kept by day (V0400): the days that the backup has need their partitions. */
    private static void days(Connection c, BackupFile backup) throws SQLException, IOException {
        for (Manifest.Table table : backup.manifest().tables()) {
            if (table.name().equals(DAYS)) {
                try (InputStream in = backup.rows(table);
                        var make =
                                c.prepareStatement("SELECT ingest.make_days(?::date, ?::date)")) {
                    String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                    for (String day : text.lines().toList()) {
                        make.setString(1, day);
                        make.setString(2, day);
                        make.execute();
                    }
                }
                Sql.run(c, "DELETE FROM " + DAYS); // they come with the rows of all tables
            }
        }
    }

    private static void copyIn(Connection c, BackupFile backup, Catalogue.Table table, int number)
            throws SQLException, IOException {
        String copy = "COPY %s (%s) FROM STDIN".formatted(table.name(), table.columns());
        try (InputStream in = backup.rows(table(backup.manifest(), table))) {
            long rows = c.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, in);
            LOG.info(
                    "restore {}/{} {}: {} rows",
                    number,
                    backup.manifest().tables().size(),
                    table.name(),
                    rows);
        }
    }

    /**
     * Numbers that were given out after the backup are in the world: on receipts, in other systems.
     * None is given again.
     */
    private static void sequences(Connection c, Manifest manifest, Catalogue here)
            throws SQLException {
        Map<String, Long> last = new HashMap<>();
        manifest.sequences().forEach(s -> last.put(s.name(), s.last() == null ? 0L : s.last()));
        try (var set = c.prepareStatement("SELECT setval(?::regclass, greatest(?, 1) + ?)")) {
            for (Manifest.Sequence sequence : here.sequences()) {
                set.setString(1, sequence.name());
                set.setLong(2, last.getOrDefault(sequence.name(), 0L));
                set.setLong(3, Aftermath.LEAP);
                set.execute();
            }
        }
    }

    /** What was loaded, read again, is what was backed up. */
    private static void compare(Connection c, Manifest manifest, Catalogue here)
            throws SQLException, IOException {
        for (Catalogue.Table table : here.tables()) {
            Manifest.Table wanted = table(manifest, table);
            RowDigest found = Sql.copyOut(c, table, row -> {});
            if (found.rows() != wanted.rows() || !found.text().equals(wanted.digest())) {
                throw new BackupRefused(
                        "%s has %d rows after the load, the backup %d, or they differ: nothing was"
                                        .formatted(table.name(), found.rows(), wanted.rows())
                                + " kept");
            }
        }
        LOG.info("compared: {} tables hold what the backup holds", manifest.tables().size());
    }
}
