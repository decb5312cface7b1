package io.weir.cloud.backup;

import io.weir.cloud.Migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person has to look at, as the tables tell it: facts that fit nothing, gaps, broken
 * invariants, postings that the ledger refused. It changes nothing and may be asked at any time.
 */
final class Review {
    // The last count that was told of it; never billed, since nobody knows who ordered it.
    private static final String UNKNOWN_DISPENSES =
            """
            SELECT format('dispense %s at device %s, gateway %s: %s ml%s, told %s to %s',
                   f.dispense, f.device_id, f.gateway, coalesce(f.ml, 0), CASE WHEN f.ended THEN '' ELSE ' so far' END,
                   f.first, f.last)
            FROM (SELECT convert_from(payload, 'UTF8')::jsonb ->> 'dispense_id' AS dispense, device_id, gateway,
                         max((convert_from(payload, 'UTF8')::jsonb ->> 'poured_ml')::bigint) AS ml, bool_or(name = 'ended') AS ended,
                         to_timestamp(min(at_ms) / 1000) AS first, to_timestamp(max(at_ms) / 1000) AS last
                  FROM dispense.quarantine WHERE reason = 'UNKNOWN_DISPENSE' GROUP BY 1, 2, 3) AS f
            ORDER BY f.first, f.dispense
            """;
    private static final String REFUSED_POSTINGS =
            """
            SELECT format('posting %s of dispense %s: %s fen, %s', key, dispense, amount_fen, problem)
            FROM dispense.posting WHERE state = 'REFUSED' ORDER BY id
            """;
    private static final String VIOLATIONS =
            """
            SELECT format('invariant %s, %s: %s', invariant, ref, detail) FROM ledger.violation ORDER BY invariant, ref
            """;
    private static final String OTHER_QUARANTINE =
            """
            SELECT format('%1$s: %%s entries of gateway %%s, %%s %%s', count(*), gateway, reason,
                   CASE WHEN device_id = '' THEN '' ELSE 'device ' || device_id END)
            FROM %1$s WHERE reason <> 'UNKNOWN_DISPENSE' GROUP BY gateway, reason, device_id ORDER BY 1
            """;
    private static final String GAPS =
            """
            SELECT format('%1$s: %%s %%s partition %%s of gateway %%s, journal %%s: frames %%s to %%s are missing',
                   consumer, lane, partition, gateway, journal, frame + 1, stopped_frame - 1)
            FROM %1$s WHERE stopped_frame IS NOT NULL ORDER BY 1
            """;

    /**
     * @param title what the lines have in common and what to do about them
     */
    record Part(String title, List<String> lines) {}

    private final String uri;

    Review(String uri) {
        this.uri = uri;
    }

    /** Only parts that have lines. */
    List<Part> parts() {
        try (Connection c = Migrations.connect(uri)) {
            Sql.settle(c);
            Catalogue here = Catalogue.read(c);
            List<Part> all = new ArrayList<>();
            c.setAutoCommit(false);
            c.setReadOnly(true);
            Sql.run(c, "SET LOCAL ROLE weir_system");
            all.add(
                    new Part(
                            "Poured for orders that this database does not know: not billed; find"
                                    + " the payer or write it off",
                            Sql.lines(c, UNKNOWN_DISPENSES)));
            all.add(
                    new Part(
                            "Refused by the ledger: settle by hand",
                            Sql.lines(c, REFUSED_POSTINGS)));
            all.add(
                    new Part(
                            "Broken invariants of the ledger: stop taking money until explained",
                            Sql.lines(c, VIOLATIONS)));
            all.add(
                    new Part(
                            "Frames missing: a gateway that has them sends them again, else"
                                    + " weir.accept_gap (V0402)",
                            each(c, here, "mark", GAPS)));
            all.add(
                    new Part(
                            "Other facts that could not be applied: register or assign the device"
                                    + " again",
                            each(c, here, "quarantine", OTHER_QUARANTINE)));
            c.rollback();
            return all.stream().filter(part -> !part.lines().isEmpty()).toList();
        } catch (SQLException e) {
            throw new BackupRefused("the database could not be read: " + e.getMessage(), e);
        }
    }

    private static List<String> each(Connection c, Catalogue here, String name, String sql)
            throws SQLException {
        List<String> lines = new ArrayList<>();
        for (Catalogue.Table table : here.tables()) {
            if (table.named(name)) {
                lines.addAll(Sql.lines(c, sql.formatted(table.name())));
            }
        }
        return lines;
    }
}
