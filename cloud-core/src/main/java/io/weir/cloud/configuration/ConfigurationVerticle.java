package io.weir.cloud.configuration;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.alink.AlinkApi;
import io.weir.api.configuration.ConfigurationOps;
import io.weir.api.devices.DevicesApi;
import io.weir.api.download.DownloadApi;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Serves remote configuration and drives its pushes. On virtual threads. */
public final class ConfigurationVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationVerticle.class);

    /** The pace is a number a second. */
    private static final long RUN_MS = 1000;

    private final ConfigurationConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Places places;
    private final Metrics metrics;

    public ConfigurationVerticle(
            ConfigurationConfig config, Bus bus, Tx tx, Time time, Places places, Metrics metrics) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.places = places;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        var products = new Products(bus);
        var versions = new VersionHandlers(tx, time, products, config);
        var pushes = new PushHandlers(tx, bus, time, products, config);
        var devices = new DeviceDesk(tx, time, places);
        var pusher = new Pusher(vertx, tx, bus, time, config, metrics);
        vertx.setPeriodic(RUN_MS, id -> quietly(pusher::run));
        bus.subscribe(
                DevicesApi.PRESENCE_CHANGED,
                changed -> {
                    if (changed.online()) {
                        quietly(() -> pusher.came(changed.deviceId()));
                    }
                });
        return Future.all(
                List.of(
                        bus.serve(AlinkApi.CONFIGURATION, devices::answer).completion(),
                        bus.serve(DownloadApi.CONFIGURATION, devices::block).completion(),
                        bus.serve(ConfigurationOps.GET, versions::get).completion(),
                        bus.serve(ConfigurationOps.SWITCH, versions::turn).completion(),
                        bus.serve(ConfigurationOps.ADD, versions::add).completion(),
                        bus.serve(ConfigurationOps.VERSIONS, versions::list).completion(),
                        bus.serve(ConfigurationOps.VERSION, versions::version).completion(),
                        bus.serve(ConfigurationOps.ACTIVATE, versions::activate).completion(),
                        bus.serve(ConfigurationOps.START_PUSH, pushes::start).completion(),
                        bus.serve(ConfigurationOps.PUSHES, pushes::list).completion(),
                        bus.serve(ConfigurationOps.TARGETS, pushes::targets).completion()));
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("pushing configurations failed, next time again", e);
        }
    }
}
