package io.weir.cloud.backup;

import io.weir.cloud.backup.Manifest.Migration;
import io.weir.cloud.backup.Manifest.Sequence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Weir's part of a database consists of: everything but PostgreSQL's own schemas and {@code
 * public}, where nothing stands but Flyway's history.
 */
record Catalogue(List<Table> tables, List<Sequence> sequences) {
    /**
     * @param forced row-level security holds for the owner too
     * @param open weir_system sees every row of it
     * @param triggers it has triggers of ours, not only those of foreign keys
     */
    record Table(String name, String columns, boolean forced, boolean open, boolean triggers) {
        /** Its name is this, in whatever schema: the tables of V0002 are in several. */
        boolean named(String table) {
            return name.replace("\"", "").endsWith("." + table);
        }
    }

    // A partition is reached through its parent: there row-level security stands (V0400).
    private static final String TABLES =
            """
            SELECT format('%I.%I', n.nspname, c.relname),
                   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
                   c.relrowsecurity AND c.relforcerowsecurity,
                   EXISTS (SELECT 1 FROM pg_policies p
                           WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.permissive = 'PERMISSIVE'
                             AND p.cmd = 'ALL' AND p.qual = 'true' AND 'weir_system' = ANY (p.roles)),
                   EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND n.nspname NOT IN ('public', 'information_schema') AND n.nspname !~ '^pg_'
            ORDER BY 1
            """;
    private static final String REFERENCES =
            """
            SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', fn.nspname, f.relname)
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
            WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
            """;
    private static final String SEQUENCES =
            """
            SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences
            WHERE schemaname NOT IN ('public', 'information_schema') ORDER BY 1
            """;
    private static final String MIGRATIONS =
            """
            SELECT version, checksum FROM public.flyway_schema_history
            WHERE success AND version IS NOT NULL ORDER BY string_to_array(version, '.')::int[]
            """;

    static Catalogue read(Connection c) throws SQLException {
        Map<String, Table> tables = new LinkedHashMap<>();
        try (var statement = c.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                Table table =
                        new Table(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getBoolean(5));
                tables.put(table.name(), table);
            }
        }
        return new Catalogue(inOrder(tables, references(c)), sequences(c));
    }

    /** What Flyway has run, the highest number last. */
    static List<Migration> migrations(Connection c) throws SQLException {
        List<Migration> found = new ArrayList<>();
        try (var statement = c.createStatement();
                ResultSet row = statement.executeQuery(MIGRATIONS)) {
            while (row.next()) {
                found.add(new Migration(row.getString(1), row.getObject(2, Integer.class)));
            }
        }
        return found;
    }

    /** All tables' names, separated by commas; for statements that take several. */
    String names() {
        return String.join(", ", tables.stream().map(Table::name).toList());
    }

    private static Map<String, Set<String>> references(Connection c) throws SQLException {
        Map<String, Set<String>> found = new HashMap<>();
        try (var statement = c.createStatement();
                ResultSet row = statement.executeQuery(REFERENCES)) {
            while (row.next()) {
                found.computeIfAbsent(row.getString(1), t -> new HashSet<>()).add(row.getString(2));
            }
        }
        return found;
    }

    private static List<Sequence> sequences(Connection c) throws SQLException {
        List<Sequence> found = new ArrayList<>();
        try (var statement = c.createStatement();
                ResultSet row = statement.executeQuery(SEQUENCES)) {
            while (row.next()) {
                found.add(new Sequence(row.getString(1), row.getObject(2, Long.class)));
            }
        }
        return found;
    }

    /** Foreign keys are checked when a table's load ends, so only other tables must come first. */
    private static List<Table> inOrder(
            Map<String, Table> tables, Map<String, Set<String>> references) {
        List<Table> order = new ArrayList<>();
        Set<String> placed = new HashSet<>();
        while (order.size() < tables.size()) {
            int before = order.size();
            for (Table table : tables.values()) {
                Set<String> needs = references.getOrDefault(table.name(), Set.of());
                if (!placed.contains(table.name()) && placed.containsAll(needs)) {
                    order.add(table);
                    placed.add(table.name());
                }
            }
            if (order.size() == before) {
                throw new IllegalStateException(
                        "foreign keys in a circle; placed so far: " + placed);
            }
        }
        return List.copyOf(order);
    }
}
