package io.weir.cloud.ledger;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Turns rows into the column arrays that {@code unnest} takes. */
final class Columns {
    private Columns() {}

    static <T> @Nullable Long[] longs(Collection<T> rows, Function<T, @Nullable Long> column) {
        return rows.stream().map(column).toArray(Long[]::new);
    }

    static <T> Short[] shorts(Collection<T> rows, ToIntFunction<T> column) {
        return rows.stream().map(row -> (short) column.applyAsInt(row)).toArray(Short[]::new);
    }

    static <T> @Nullable String[] texts(Collection<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    static <T> @Nullable OffsetDateTime[] times(
            Collection<T> rows, Function<T, @Nullable Instant> column) {
        return rows.stream()
                .map(column)
                .map(at -> at == null ? null : at.atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }
}
