package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.State;
import io.weir.cloud.devices.Stocker.Stocked;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes and stocks large batches piece by piece. A piece and how far the batch has come are one
 * transaction, so whatever dies in between is gone on with where it stopped, by any node; a batch
 * is worked at by one of them at a time.
 */
final class Production {
    /** Devices of a piece; a batch of no more is done by the request itself. */
    static final int PIECE = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Production.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final Tx tx;
    private final Maker maker;
    private final Announcer announcer;
    private final Time time;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile long at;

    Production(Tx tx, Maker maker, Announcer announcer, Time time) {
        this.tx = tx;
        this.maker = maker;
        this.announcer = announcer;
        this.time = time;
    }

    /** Goes on until nothing is left to do. Whoever asks while it runs has nothing to wait for. */
    void run() {
        if (!running.compareAndSet(false, true)) {
            return;
        }
        try {
            while (!stopped && piece()) {
                LOG.debug("batch {} has come further", at);
            }
        } finally {
            running.set(false);
        }
    }

    void stop() {
        stopped = true;
    }

    /** False when there is nothing to do. */
    boolean piece() {
        at = 0;
        try {
            Stocked stocked = tx.system(c -> piece(c, time.now()));
            if (stocked != null) {
                announcer.announce(stocked.version());
            }
            return stocked != null;
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("batch {} is gone on with in {}", at, AFTER_FAILURE, e);
            putOff();
            return false;
        }
    }

    private void putOff() {
        long failed = at;
        try {
            tx.system(
                    c -> {
                        BatchStore.putOff(c, failed, time.now().plus(AFTER_FAILURE));
                        return failed;
                    });
        } catch (Exception e) { // the next look at the table tries again
            LOG.debug("batch {} could not be put off", failed, e);
        }
    }

    /** One piece in the caller's transaction. */
    @Nullable Stocked piece(SqlConnection c, Instant now) {
        Batch batch = BatchStore.inWork(c, now);
        if (batch == null) {
            return null;
        }
        at = batch.id();
        ChangeStore.shareProduct(c, batch.productId());
        return batch.state() == State.MAKING ? made(c, batch, now) : stocked(c, batch);
    }

    private Stocked made(SqlConnection c, Batch batch, Instant now) {
        int next = Math.min(PIECE, batch.amount() - batch.made());
        maker.make(c, batch, next, now);
        int made = batch.made() + next;
        boolean all = made == batch.amount();
        BatchStore.progress(c, batch.id(), made, all ? State.READY : State.MAKING);
        if (all) {
            LOG.info("batch {}: {} devices have their credentials", batch.id(), made);
        }
        return new Stocked(0, 0);
    }

    private Stocked stocked(SqlConnection c, Batch batch) {
        Stocked stocked = Stocker.stock(c, batch, PIECE);
        int done = batch.stocked() + stocked.count();
        boolean all = stocked.count() < PIECE;
        BatchStore.progress(c, batch.id(), done, all ? State.CONFIRMED : State.STOCKING);
        if (all) {
            LOG.info("batch {}: {} devices are in stock", batch.id(), done);
        }
        return stocked;
    }
}
