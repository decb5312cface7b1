package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.BatchFile;
import io.weir.api.devices.BatchOps.Credential;
import io.weir.api.devices.BatchOps.GetBatch;
import io.weir.api.devices.BatchOps.ListBatches;
import io.weir.api.devices.BatchOps.PageCredentials;
import io.weir.api.devices.BatchOps.State;
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
    /** More make an answer that nobody wants in one piece. */
    private static final int ROWS_AT_ONCE = 10_000;

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
                    Batch batch = ready(c, request.id());
                    if (batch.amount() > ROWS_AT_ONCE) {
                        throw new Rejected(
                                DevicesError.BATCH_TOO_LARGE,
                                "more than "
                                        + ROWS_AT_ONCE
                                        + " devices: GET /oms/produce/file/"
                                        + batch.id());
                    }
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            batch.tenant(),
                            "batch.download",
                            "batch:" + batch.id(),
                            batch.amount() + " secrets");
                    List<Credential> rows = rows(c, batch.id(), "", ROWS_AT_ONCE);
                    return new BatchFile("devices-" + batch.id() + ".csv", csv(rows), rows);
                });
    }

    /** The file's parts; whoever begins it is written down. */
    List<Credential> credentials(Call call, PageCredentials q) {
        return tx.run(
                call.scope(),
                c -> {
                    Batch batch = ready(c, q.id());
                    if (q.after().isEmpty()) {
                        Deeds.add(
                                c,
                                call,
                                time.now(),
                                batch.tenant(),
                                "batch.download",
                                "batch:" + batch.id(),
                                batch.amount() + " secrets as " + q.format());
                    }
                    return rows(c, batch.id(), q.after(), BatchOps.CREDENTIALS_AT_ONCE);
                });
    }

    private static Batch ready(SqlConnection c, long id) {
        Batch batch = BatchStore.lock(c, id);
        if (batch.state() == State.MAKING) {
            throw new Rejected(
                    DevicesError.BATCH_NOT_READY,
                    "%d of %d devices are made, wait for the others"
                            .formatted(batch.made(), batch.amount()));
        }
        return batch;
    }

    private List<Credential> rows(SqlConnection c, long id, String after, int limit) {
        List<Credential> rows = new ArrayList<>();
        for (Row row : BatchStore.credentials(c, id, after, limit)) {
            String device = row.getString("device_id");
            rows.add(
                    new Credential(
                            device,
                            row.getString("product_key"),
                            row.getString("device_name"),
                            box.open(device, row.getBuffer("device_secret"))));
        }
        return rows;
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
