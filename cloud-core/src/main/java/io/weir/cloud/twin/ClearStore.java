package io.weir.cloud.twin;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** SQL of forgetting a device, whoever had it. */
final class ClearStore {
    private static final String[] CLEAR = {
        "DELETE FROM twin.desired WHERE device_id = $1",
        "DELETE FROM twin.shadow WHERE device_id = $1",
        "DELETE FROM twin.tag WHERE device_id = $1",
        "DELETE FROM twin.log_switch WHERE device_id = $1",
        "DELETE FROM twin.device_log WHERE device_id = $1"
    };

    private ClearStore() {}

    static void clear(SqlConnection c, String device) {
        for (String sql : CLEAR) {
            c.preparedQuery(sql).execute(Tuple.of(device)).await();
        }
    }
}
