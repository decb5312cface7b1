package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.cloud.devices.ChangeStore.Marked;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts devices in stock, in the transaction of whoever asks: their gateways are to hear of it. */
final class Stocker {
    private Stocker() {}

    /**
     * @param version that gateways are told of; 0 for none
     */
    record Stocked(int count, long version) {}

    static Stocked stock(SqlConnection c, Batch batch, int limit) {
        String gateway = GatewayStore.defaultFor(c, batch.tenant());
        Map<String, List<Marked>> byGateway = new TreeMap<>();
        int count = 0;
        for (Row row : BatchStore.confirmDevices(c, batch.id(), gateway, limit)) {
            count++;
            String at = row.getString("gateway_id");
            if (at != null) {
                byGateway
                        .computeIfAbsent(at, g -> new ArrayList<>())
                        .add(new Marked(row.getString("device_id"), row.getString("tenant")));
            }
        }
        long version = 0;
        for (var entry : byGateway.entrySet()) {
            version = Math.max(version, ChangeStore.devices(c, entry.getKey(), entry.getValue()));
        }
        return new Stocked(count, version);
    }
}
