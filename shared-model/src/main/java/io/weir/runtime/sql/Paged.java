package io.weir.runtime.sql;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.Page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** One page of a list and the whole count, which also stands beyond the end. */
public final class Paged {
    private Paged() {}

    /**
     * Both statements leave at once.
     *
     * @param count its first column is the number of all rows that {@code filter} leaves
     * @param list the same rows in a stable order; takes limit and offset as its last two
     *     parameters
     */
    public static <T> Page<T> read(
            SqlConnection tx,
            String count,
            String list,
            Tuple filter,
            int limit,
            long offset,
            Function<Row, T> item) {
        Tuple paged = Tuple.tuple();
        for (int i = 0; i < filter.size(); i++) {
            paged.addValue(filter.getValue(i));
        }
        var total = tx.preparedQuery(count).execute(filter);
        var rows = tx.preparedQuery(list).execute(paged.addValue(limit).addValue(offset));
        long all = total.await().iterator().next().getLong(0);
        List<T> items = new ArrayList<>();
        rows.await().forEach(row -> items.add(item.apply(row)));
        return new Page<>(all, items);
    }
}
