package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.GetBatch;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** OMS 2.6, formal stock-in: its devices become usable and their gateways hear of it. */
final class ConfirmBatchHandler {
    private final Tx tx;
    private final Announcer announcer;
    private final Time time;

    ConfirmBatchHandler(Tx tx, Announcer announcer, Time time) {
        this.tx = tx;
        this.announcer = announcer;
        this.time = time;
    }

    private record Confirmed(Batch batch, long version) {}

    Batch handle(Call call, GetBatch request) {
        Instant now = time.now();
        Confirmed confirmed =
                tx.run(
                        call.scope(),
                        c -> {
                            Batch batch = BatchStore.lock(c, request.id());
                            return batch.confirmed()
                                    ? new Confirmed(batch, 0)
                                    : confirm(c, call, batch, now);
                        });
        announcer.announce(confirmed.version());
        return confirmed.batch();
    }

    private static Confirmed confirm(SqlConnection c, Call call, Batch batch, Instant now) {
        ChangeStore.shareProduct(c, batch.productId());
        Batch confirmed = BatchStore.confirm(c, batch.id(), now);
        String gateway = GatewayStore.defaultFor(c, batch.tenant());
        Map<String, List<Marked>> byGateway = new TreeMap<>();
        for (Row row : BatchStore.confirmDevices(c, batch.id(), gateway)) {
            String at = row.getString("gateway_id");
            if (at != null) {
                byGateway
                        .computeIfAbsent(at, g -> new ArrayList<>())
                        .add(new Marked(row.getString("device_id"), row.getString("tenant")));
            }
        }
        Deeds.add(
                c,
                call,
                now,
                batch.tenant(),
                "batch.confirm",
                "batch:" + batch.id(),
                batch.amount() + " devices");
        long version = 0;
        for (var entry : byGateway.entrySet()) {
            version = Math.max(version, ChangeStore.devices(c, entry.getKey(), entry.getValue()));
        }
        return new Confirmed(confirmed, version);
    }
}
