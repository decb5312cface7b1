package io.weir.e2e;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fault matrix's own look into the tables, over a connection that is made anew when it broke.
 * Every number that it is compared with comes from outside.
 */
final class KillLedger implements AutoCloseable {
    /** A dispense as PostgreSQL has it; {@code due}: what the ledger must still be told. */
    record Row(String id, String state, long settledMl, BigDecimal charged, int due) {
        boolean settled() {
            return due == 0 && (state.equals("CAPTURED") || state.equals("VOIDED"));
        }
    }

    /** How a connection is made. */
    interface Source {
        Connection connect() throws SQLException;
    }

    private final Source source;
    private @Nullable Connection connection;

    KillLedger(Source source) {
        this.source = source;
    }

    /** Device -> state of every dispense that is not settled. */
    Map<String, String> open() throws SQLException {
        Map<String, String> states = new HashMap<>();
        String sql =
                """
                SELECT device_id, state FROM dispense.dispense
                WHERE state IN ('CREATED', 'HELD', 'COMMANDED', 'RUNNING', 'ENDED', 'ORPHAN')
                """;
        try (PreparedStatement q = connection().prepareStatement(sql);
                ResultSet rows = q.executeQuery()) {
            while (rows.next()) {
                states.merge(rows.getString(1), rows.getString(2), (a, b) -> b);
            }
        }
        return states;
    }

    /**
     * What the cloud put away instead of storing it, e.g. of a gateway that it does not believe.
     */
    List<String> quarantined() throws SQLException {
        String sql =
                """
                SELECT reason, gateway, epoch > 0 AS numbered, detail, count(*) AS entries
                FROM ingest.quarantine GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
                """;
        List<String> kinds = new ArrayList<>();
        try (PreparedStatement q = connection().prepareStatement(sql);
                ResultSet rows = q.executeQuery()) {
            while (rows.next()) {
                kinds.add(
                        "%d %s from %s, %s, %s"
                                .formatted(
                                        rows.getLong("entries"),
                                        rows.getString("reason"),
                                        rows.getString("gateway"),
                                        rows.getBoolean("numbered") ? "with an epoch" : "epoch 0",
                                        rows.getString("detail")));
            }
        }
        return kinds;
    }

    /** Null: it never came to be. */
    @Nullable Row find(String key) throws SQLException {
        String sql =
                """
                SELECT d.id, d.state, coalesce(d.settled_ml, 0), d.charged_fen - d.corrected_fen,
                       (SELECT count(*) FROM dispense.posting p WHERE p.dispense = d.id AND p.state = 'DUE')
                FROM dispense.dispense d WHERE d.idempotency_key = ?
                """;
        try (PreparedStatement q = connection().prepareStatement(sql)) {
            q.setString(1, key);
            try (ResultSet r = q.executeQuery()) {
                return r.next()
                        ? new Row(
                                r.getString(1),
                                r.getString(2),
                                r.getLong(3),
                                BigDecimal.valueOf(r.getLong(4), 2),
                                r.getInt(5))
                        : null;
            }
        }
    }

    long number(String sql) throws SQLException {
        try (Statement s = connection().createStatement();
                ResultSet rows = s.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The connection broke, or is about to. */
    void forget() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                // it was broken already
            }
        }
    }

    private Connection connection() throws SQLException {
        Connection now = connection;
        if (now == null) {
            now = source.connect();
            connection = now;
        }
        return now;
    }

    @Override
    public void close() {
        forget();
    }
}
