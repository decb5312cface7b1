package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.BatchFile;
import io.weir.api.devices.BatchOps.Credential;
import io.weir.api.devices.BatchOps.GetBatch;
import io.weir.api.devices.BatchOps.ListBatches;
import io.weir.api.devices.BatchOps.UpdateBatch;
import io.weir.cloud.seal.SecretBox;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;

/** OMS 2.1 to 2.4 and 2.8: look at batches, remark on them, fetch their credentials. */
final class BatchHandlers {
    private final Tx tx;
    private final SecretBox box;
    private final Time time;

    BatchHandlers(Tx tx, SecretBox box, Time time) {
        this.tx = tx;
        this.box = box;
        this.time = time;
    }

    Batch detail(Call call, GetBatch request) {
        return tx.run(call.scope(), c -> BatchStore.detail(c, request.id()));
    }

    Page<Batch> list(Call call, ListBatches request) {
        return tx.run(call.scope(), c -> BatchStore.list(c, call.scope(), request));
    }

    Batch update(Call call, UpdateBatch request) {
        return tx.run(
                call.scope(),
                c -> {
                    Batch batch = BatchStore.update(c, request.id(), request.remark());
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            batch.tenant(),
                            "batch.update",
                            "batch:" + batch.id(),
                            "remark");
                    return batch;
                });
    }

    Batch remove(Call call, GetBatch request) {
        return tx.run(
                call.scope(),
                c -> {
                    Batch batch = BatchStore.lock(c, request.id());
                    if (batch.confirmed()) {
                        throw new Rejected(
                                DevicesError.BATCH_CONFIRMED,
                                "batch " + batch.id() + " is in stock and can't be removed");
                    }
                    if (BatchStore.used(c, batch.id())) {
                        throw new Rejected(
                                DevicesError.DEVICE_IN_USE,
                                "devices of batch "
                                        + batch.id()
                                        + " are being checked, or were connected");
                    }
                    BatchStore.delete(c, batch.id());
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            batch.tenant(),
                            "batch.remove",
                            "batch:" + batch.id(),
                            batch.batchNo());
                    return batch;
                });
    }

    /** Who fetched the secrets is written down in the transaction that reads them. */
    BatchFile download(Call call, GetBatch request) {
        return tx.run(
                call.scope(),
                c -> {
                    Batch batch = BatchStore.lock(c, request.id());
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            batch.tenant(),
                            "batch.download",
                            "batch:" + batch.id(),
                            batch.amount() + " secrets");
                    List<Credential> rows = new ArrayList<>();
                    for (Row row : BatchStore.credentials(c, batch.id())) {
                        String id = row.getString("device_id");
                        rows.add(
                                new Credential(
                                        id,
                                        row.getString("product_key"),
                                        row.getString("device_name"),
                                        box.open(id, row.getBuffer("device_secret"))));
                    }
                    return new BatchFile("devices-" + batch.id() + ".csv", csv(rows), rows);
                });
    }

    /** None of the values can hold a comma, a quote or a line break. */
    private static String csv(List<Credential> rows) {
        StringBuilder csv = new StringBuilder("product_key,device_name,device_secret\r\n");
        for (Credential row : rows) {
            csv.append(row.productKey())
                    .append(',')
                    .append(row.deviceName())
                    .append(',')
                    .append(row.deviceSecret())
                    .append("\r\n");
        }
        return csv.toString();
    }
}
