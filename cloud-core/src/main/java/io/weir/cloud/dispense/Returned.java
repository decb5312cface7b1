package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

import org.jspecify.annotations.Nullable;

/** What an UPDATE tells of the one row that it changed. */
final class Returned {
    private Returned() {}

    /** Its owner's path; null when no row was changed. */
    static @Nullable String tenant(RowSet<Row> rows) {
        for (Row row : rows) {
            return row.getString("tenant");
        }
        return null;
    }
}
