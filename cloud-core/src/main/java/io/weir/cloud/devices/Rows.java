package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.Page;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/** Between rows and the words of the domain. */
final class Rows {
    private Rows() {}

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant maybeInstant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /**
     * One page and the whole count, which also stands beyond the end.
     *
     * @param from FROM and WHERE, with {@code args} as $1, $2 ..
     */
    static <T> Page<T> page(
            SqlConnection c,
            String columns,
            String from,
            String orderBy,
            Paging page,
            List<?> args,
            Function<Row, T> map) {
        String list =
                "SELECT %s %s ORDER BY %s LIMIT $%d OFFSET $%d"
                        .formatted(columns, from, orderBy, args.size() + 1, args.size() + 2);
        return Paged.read(
                c,
                "SELECT count(*) " + from,
                list,
                Tuple.from(args),
                page.limit(),
                page.offset(),
                map);
    }
}
