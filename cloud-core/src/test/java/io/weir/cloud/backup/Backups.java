package io.weir.cloud.backup;

import io.weir.cloud.Migrations;
import io.weir.runtime.time.SystemTime;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The command as tests of all contexts give it. */
public final class Backups {
    private Backups() {}

    public static int run(String uri, String... arguments) {
        return new BackupCommand(uri, new SystemTime()).run(List.of(arguments));
    }

    public static void backup(String uri, Path file) {
        new BackupWriter(uri, new SystemTime()).write(file);
    }

    public static void restore(String uri, Path file) {
        new Restorer(uri, false).restore(file);
    }

    static Manifest manifest(Path file) {
        try (BackupFile backup = BackupFile.open(file)) {
            return backup.manifest();
        }
    }

    /** As the owner, whom nothing stops. */
    public static void execute(String uri, String sql) {
        try (Connection c = Migrations.connect(uri);
                var statement = c.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<String> lines(String uri, String sql) {
        try (Connection c = Migrations.connect(uri)) {
            Sql.settle(c);
            return Sql.lines(c, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As the role that sees all rows: an owner who is no superuser sees none. */
    public static List<String> asSystem(String uri, String sql) {
        try (Connection c = Migrations.connect(uri)) {
            Sql.run(c, "SET ROLE weir_system");
            return Sql.lines(c, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<String> review(String uri) {
        return new Review(uri).parts().stream().flatMap(part -> part.lines().stream()).toList();
    }
}
