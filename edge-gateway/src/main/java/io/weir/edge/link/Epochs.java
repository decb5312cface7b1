package io.weir.edge.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.api.devices.DevicesApi;

import java.util.ArrayList;
import java.util.List;

/**
 * An epoch for each new connection. Those that come while a question runs share the next one. Not
 * taken in advance: an epoch must be younger than any that the device got at another gateway.
 */
public final class Epochs {
    private final CloudLink link;
    private final String gateway;
    private List<Promise<Long>> waiting = new ArrayList<>();
    private boolean asking;

    public Epochs(CloudLink link, String gateway) {
        this.link = link;
        this.gateway = gateway;
    }

    /** The epoch, or 0 when the cloud does not tell one in time. Never fails. */
    public Future<Long> take(Vertx vertx, long waitMs) {
        if (waitMs == 0 || !link.up()) {
            return Future.succeededFuture(0L);
        }
        Promise<Long> mine = ((VertxInternal) vertx).promise();
        long timer = vertx.setTimer(waitMs, t -> mine.tryComplete(0L));
        Future<Long> epoch = mine.future().onComplete(done -> vertx.cancelTimer(timer));
        boolean ask;
        synchronized (this) {
            waiting.add(mine);
            ask = !asking;
            asking = true;
        }
        if (ask) {
            ask();
        }
        return epoch;
    }

    private void ask() {
        List<Promise<Long>> batch;
        synchronized (this) {
            if (waiting.isEmpty()) {
                asking = false;
                return;
            }
            int count = Math.min(waiting.size(), DevicesApi.EPOCHS_AT_ONCE);
            batch = List.copyOf(waiting.subList(0, count));
            waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
        }
        link.call(DevicesApi.EPOCHS, new DevicesApi.TakeEpochs(gateway, batch.size()))
                .onComplete(
                        done -> {
                            for (int i = 0; i < batch.size(); i++) {
                                batch.get(i)
                                        .tryComplete(
                                                done.succeeded() ? done.result().first() + i : 0L);
                            }
                            ask();
                        });
    }
}
