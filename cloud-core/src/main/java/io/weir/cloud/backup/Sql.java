package io.weir.cloud.backup;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements over JDBC: COPY is not in the Vert.x client (ADR 008). Names that are put into a
 * statement come from PostgreSQL's own catalogue, quoted by it, never from a file.
 */
final class Sql {
    // A row must have one text, whoever reads it and wherever.
    private static final List<String> ONE_TEXT =
            List.of(
                    "SET TIME ZONE 'UTC'",
                    "SET datestyle = 'ISO, YMD'",
                    "SET intervalstyle = 'iso_8601'",
                    "SET extra_float_digits = 1",
                    "SET bytea_output = 'hex'",
                    "SET lock_timeout = '60s'");

    private Sql() {}

    /** Takes a row of COPY's text format, with its line end. */
    @FunctionalInterface
    interface RowSink {
        void take(byte[] row) throws IOException;
    }

    /** The settings under which rows are written and read; for the life of the connection. */
    static void settle(Connection c) throws SQLException {
        for (String setting : ONE_TEXT) {
            run(c, setting);
        }
    }

    static int run(Connection c, String sql) throws SQLException {
        try (Statement statement = c.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    static long number(Connection c, String sql) throws SQLException {
        try (Statement statement = c.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The first column of every row, as text. */
    static List<String> lines(Connection c, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = c.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                lines.add(row.getString(1));
            }
        }
        return lines;
    }

    /** Every row of a table; the digest of what went by. */
    static RowDigest copyOut(Connection c, Catalogue.Table table, RowSink sink)
            throws SQLException, IOException {
        RowDigest digest = new RowDigest();
        String query =
                "COPY (SELECT %s FROM %s) TO STDOUT".formatted(table.columns(), table.name());
        CopyOut copy = c.unwrap(PGConnection.class).getCopyAPI().copyOut(query);
        try {
            byte[] row = copy.readFromCopy();
            while (row != null) {
                sink.take(row);
                digest.add(row, row.length);
                row = copy.readFromCopy();
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        return digest;
    }
}
