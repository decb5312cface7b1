package io.weir.cloud.door;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.door.DoorApi;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.nio.file.Path;

/**
 * Logical name {@code door-desk}, virtual threads: decides over PostgreSQL what the doors of all
 * nodes ask it.
 */
public final class DeskVerticle extends VerticleBase {
    private final DeskConfig config;
    private final Path data;
    private final Bus bus;
    private final Tx tx;
    private final Time time;

    /**
     * @param data the data folder, which the key file's name is relative to
     */
    public DeskVerticle(DeskConfig config, Path data, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.data = data;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var authority = new AuthorityHolder(tx, data.resolve(config.keyFile()));
        var desk = new DeskHandlers(tx, bus, time, config, authority);
        bus.serve(DoorApi.AUTHORITY, desk::authority);
        bus.serve(DoorApi.ADMIT, desk::admit);
        bus.serve(DoorApi.RECHECK, desk::recheck);
        bus.serve(DoorApi.ISSUE, desk::issue);
        bus.serve(DoorApi.ENROL, desk::enrol);
        bus.serve(DoorApi.RENEW, desk::renew);
        bus.serve(DoorApi.REVOKE, desk::revoke);
        return Future.succeededFuture();
    }
}
