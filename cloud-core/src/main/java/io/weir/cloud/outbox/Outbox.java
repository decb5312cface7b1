package io.weir.cloud.outbox;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.json.Json;

/**
 * A context's side of its outbox: {@code put} in the transaction of the effect, after the effect
 * has locked the row that the key names; then events of one key leave in the order of their
 * commits. The schema's migration has called {@code weir.create_outbox}.
 */
public final class Outbox {
    private static final String PUT =
            """
            INSERT INTO %s.outbox (event_key, event_type, tenant, payload) VALUES ($1, $2, $3, $4)
            """;

    private final String put;

    public Outbox(String schema) {
        this.put = PUT.formatted(schema);
    }

    /**
     * @param key whose events must stay in order, e.g. a dispense_id
     * @param type what happened, versioned, e.g. {@code dispense.captured.v1}
     * @param payload a record; at most 256 KB as JSON
     */
    public void put(SqlConnection tx, String key, String type, String tenant, Object payload) {
        tx.preparedQuery(put).execute(Tuple.of(key, type, tenant, Json.text(payload))).await();
    }
}
