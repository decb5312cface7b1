package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.dispense.GrantOps;
import io.weir.api.dispense.SliceApi;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.List;

/** Serves offline quota to members, operators and gateways. Runs on virtual threads. */
public final class SlicesVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SlicesVerticle.class);

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SlicesConfig config;
    private final DispenseConfig limits;
    private final Path data;
    private volatile boolean stopped;

    /**
     * @param limits of a dispense, which hold for slices too
     * @param data the data folder, which the key file's name is relative to
     */
    public SlicesVerticle(
            Bus bus, Tx tx, Time time, SlicesConfig config, DispenseConfig limits, Path data) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.limits = limits;
        this.data = data;
    }

    @Override
    public Future<?> start() {
        SliceKey key = SliceKey.read(data.resolve(config.keyFile()));
        SliceDesk desk = new SliceDesk(bus, tx, time, config);
        SliceNews news = new SliceNews(bus);
        GrantHandlers grants = new GrantHandlers(tx, time, limits.maxPage(), desk, key, news);
        DispenseBook book = new DispenseBook(tx, time, new DispenseNews(bus));
        CreateDispenseHandler offers = new CreateDispenseHandler(bus, tx, time, limits, book);
        CreateGrantHandler create =
                new CreateGrantHandler(tx, time, config, offers, desk, grants, news);
        PullSlicesHandler pull = new PullSlicesHandler(bus, tx, time, config, desk, key);
        every(desk);
        return Future.all(
                List.of(
                        bus.serve(GrantOps.CREATE, create::handle).completion(),
                        bus.serve(GrantOps.GET, grants::get).completion(),
                        bus.serve(GrantOps.RECALL, grants::recall).completion(),
                        bus.serve(GrantOps.LIST_SLICES, grants::list).completion(),
                        bus.serve(GrantOps.SUM_SLICES, grants::sums).completion(),
                        bus.serve(GrantOps.FREE_SLICE, grants::free).completion(),
                        bus.serve(SliceApi.PULL, pull::handle).completion()));
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        return Future.succeededFuture();
    }

    private void every(SliceDesk desk) {
        vertx.setTimer(
                config.poll().toMillis(),
                fired -> {
                    try {
                        desk.settle();
                    } catch (Exception e) { // await() throws what a future failed with
                        LOG.warn("slices, next try follows", e);
                    }
                    if (!stopped) {
                        every(desk);
                    }
                });
    }
}
