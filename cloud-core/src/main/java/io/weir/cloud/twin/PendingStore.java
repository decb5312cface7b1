package io.weir.cloud.twin;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import java.util.ArrayList;
import java.util.List;

/** Which devices have something coming, a desired property or a shadow's control message. */
final class PendingStore {
    private static final String NEXT =
            """
            SELECT device_id FROM (
                SELECT device_id FROM twin.desired WHERE value IS NOT NULL AND delivered < version
                UNION SELECT device_id FROM twin.shadow WHERE pending) p
            WHERE device_id > $1 ORDER BY device_id LIMIT $2
            """;

    private PendingStore() {}

    static List<String> next(SqlConnection c, String after, int limit) {
        List<String> devices = new ArrayList<>();
        c.preparedQuery(NEXT)
                .execute(Tuple.of(after, limit))
                .await()
                .forEach(row -> devices.add(row.getString(0)));
        return devices;
    }
}
