package io.weir.cloud.files;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.alink.AlinkApi;
import io.weir.api.files.FilesApi;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Takes uploads, serves files, drops uploads that nobody finished. On virtual threads. */
public final class FilesVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(FilesVerticle.class);

    private final FilesConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Places places;

    public FilesVerticle(FilesConfig config, Bus bus, Tx tx, Time time, Places places) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.places = places;
    }

    @Override
    public Future<?> start() {
        var uploads = new UploadHandlers(tx, time, places, config);
        var files = new FileHandlers(tx, time);
        vertx.setPeriodic(config.upkeep().toMillis(), id -> expire());
        return Future.all(
                List.of(
                        bus.serve(AlinkApi.FILES, uploads::ask).completion(),
                        bus.serve(FilesApi.PIECE, uploads::piece).completion(),
                        bus.serve(FilesApi.LIST, files::list).completion(),
                        bus.serve(FilesApi.GET, files::get).completion(),
                        bus.serve(FilesApi.REMOVE, files::remove).completion(),
                        bus.serve(FilesApi.READ, files::read).completion()));
    }

    private void expire() {
        try {
            int dropped =
                    tx.system(c -> FileStore.expire(c, time.now().minus(config.unfinished())));
            if (dropped > 0) {
                LOG.info("{} unfinished uploads dropped", dropped);
            }
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("upkeep of uploads failed, next time again", e);
        }
    }
}
