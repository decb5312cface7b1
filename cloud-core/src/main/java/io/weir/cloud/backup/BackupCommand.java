package io.weir.cloud.backup;

import io.weir.runtime.time.Time;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code java -jar cloud-core.jar backup|restore|review}: a process that does this and ends. */
public final class BackupCommand {
    private static final Logger LOG = LoggerFactory.getLogger(BackupCommand.class);
    private static final String USAGE =
            """
            usage (WEIR_PG_URI names the database, as its owner):
              backup FILE           writes every table, as of now, while Weir runs
              backup --check FILE   reads a backup and compares it with its manifest; no database
              restore FILE          into an empty database, with Weir stopped
              restore --new-kafka FILE  the same, where Kafka was lost as well and set up anew
              review                what a person has to look at, after a restore above all\
            """;

    private final @Nullable String pgUri;
    private final Time time;

    /**
     * @param pgUri null when none was given
     */
    public BackupCommand(@Nullable String pgUri, Time time) {
        this.pgUri = pgUri;
        this.time = time;
    }

    /** 0 done, 1 refused or failed, 2 used wrongly; the reason is logged. */
    public int run(List<String> arguments) {
        try {
            return decide(arguments);
        } catch (BackupRefused e) {
            LOG.error("{}", e.getMessage());
            return 1;
        } catch (FlywayException e) {
            LOG.error("the database can't be reached or migrated: {}", e.getMessage());
            return 1;
        }
    }

    private int decide(List<String> arguments) {
        Path file = Path.of(arguments.getLast());
        List<String> shape = new ArrayList<>(arguments);
        if (shape.size() > 1 && !arguments.getLast().startsWith("--")) {
            shape.set(shape.size() - 1, "FILE");
        }
        switch (String.join(" ", shape)) {
            case "backup FILE" -> new BackupWriter(database(), time).write(file);
            case "backup --check FILE" -> check(file);
            case "restore FILE" -> restore(file, false);
            case "restore --new-kafka FILE" -> restore(file, true);
            case "review" -> review();
            default -> {
                LOG.error("{} is not understood; {}", String.join(" ", arguments), USAGE);
                return 2;
            }
        }
        return 0;
    }

    private static void check(Path file) {
        try (BackupFile backup = BackupFile.open(file)) {
            backup.check();
            Manifest manifest = backup.manifest();
            LOG.info(
                    "{} is whole: taken at {}, migration {}, {} tables, {} rows",
                    file,
                    manifest.takenAt(),
                    manifest.version(),
                    manifest.tables().size(),
                    manifest.rows());
        }
    }

    private void restore(Path file, boolean newKafka) {
        new Restorer(database(), newKafka).restore(file);
        LOG.info(
                "next: give the cloud its devices.key, start it on this database and {}, wait until"
                        + " all is read, then run review; docs/backup.md has the steps",
                newKafka
                        ? "the new Kafka, start every gateway anew so that it sends its journal"
                                + " again"
                        : "the same Kafka");
    }

    private void review() {
        List<Review.Part> parts = new Review(database()).parts();
        parts.forEach(
                part -> {
                    LOG.warn("{}", part.title());
                    part.lines().forEach(line -> LOG.warn("  {}", line));
                });
        LOG.info("review: {}", parts.isEmpty() ? "nothing needs a hand" : parts.size() + " parts");
    }

    private String database() {
        if (pgUri == null) {
            throw new BackupRefused(
                    "WEIR_PG_URI must be set, e.g. postgresql://user:password@host:5432/weir");
        }
        return pgUri;
    }
}
