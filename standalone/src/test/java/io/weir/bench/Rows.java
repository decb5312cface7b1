package io.weir.bench;

import io.weir.e2e.SplitPlatform;
import io.weir.e2e.Wait;

import java.sql.SQLException;
import java.time.Duration;

/** Posts in PostgreSQL that can be queried. */
final class Rows {
    private static final int SAME_LOOKS = 4;

    private final SplitPlatform platform;

    Rows(SplitPlatform platform) {
        this.platform = platform;
    }

    /** Counted one by one. */
    long count() {
        return ask("SELECT count(*) FROM ingest.property_post");
    }

    /**
     * As PostgreSQL's own statistics have it, up to a second old: counting millions of rows would
     * take the processor away from what is measured.
     */
    long quick() {
        return ask(
                "SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables WHERE"
                        + " schemaname = 'ingest' AND relname LIKE 'property_post%'");
    }

    /** Once nothing more comes. */
    long settled(Duration within) {
        long[] last = {-1, 0};
        Wait.until(
                "rows no longer come",
                within,
                () -> {
                    Wait.pause(700);
                    long now = quick();
                    last[1] = now == last[0] ? last[1] + 1 : 0;
                    last[0] = now;
                    return last[1] >= SAME_LOOKS;
                });
        return count();
    }

    private long ask(String sql) {
        try (var connection = platform.jdbc();
                var statement = connection.createStatement()) {
            statement.setQueryTimeout(120);
            try (var row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
