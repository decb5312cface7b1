package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.GetBatch;
import io.weir.api.devices.BatchOps.State;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;

/**
 * OMS 2.6, formal stock-in: its devices become usable and their gateways hear of it, those of a
 * large batch in the background.
 */
final class ConfirmBatchHandler {
    private final Tx tx;
    private final Announcer announcer;
    private final Runnable wake;
    private final Time time;

    /**
     * @param wake goes on with large batches
     */
    ConfirmBatchHandler(Tx tx, Announcer announcer, Runnable wake, Time time) {
        this.wake = wake;
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
        wake.run();
        return confirmed.batch();
    }

    private static Confirmed confirm(SqlConnection c, Call call, Batch batch, Instant now) {
        if (batch.state() == State.MAKING) {
            throw new Rejected(
                    DevicesError.BATCH_NOT_READY,
                    "%d of %d devices are made, wait for the others"
                            .formatted(batch.made(), batch.amount()));
        }
        ChangeStore.shareProduct(c, batch.productId());
        boolean large = batch.amount() > Production.PIECE;
        State state = large ? State.STOCKING : State.CONFIRMED;
        Batch confirmed = BatchStore.confirm(c, batch.id(), state, now);
        Deeds.add(
                c,
                call,
                now,
                batch.tenant(),
                "batch.confirm",
                "batch:" + batch.id(),
                batch.amount() + " devices");
        long version = large ? 0 : Stocker.stock(c, batch, Production.PIECE).version();
        return new Confirmed(confirmed, version);
    }
}
