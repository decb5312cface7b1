package io.weir.cloud.ota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.alink.AlinkApi;
import io.weir.api.download.DownloadApi;
import io.weir.api.ota.CampaignOps;
import io.weir.api.ota.JobOps;
import io.weir.api.ota.PackageOps;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves packages and campaigns, answers devices, rolls campaigns out. On virtual threads. */
public final class OtaVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(OtaVerticle.class);

    private final OtaConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Places places;
    private final Metrics metrics;
    private final Targets targets;

    public OtaVerticle(
            OtaConfig config, Bus bus, Tx tx, Time time, Places places, Metrics metrics) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.places = places;
        this.metrics = metrics;
        this.targets = new Targets(bus, config.campaignDevices());
    }

    @Override
    public Future<?> start() {
        packages();
        campaigns();
        jobs();
        var crew = new Crew(context);
        var roller = new Roller(tx, time, devices(), crew, config.batch());
        var jobs = new JobRoller(tx, bus, time, targets, config, crew);
        every(config.roll().toMillis(), "rolling campaigns out", roller::roll);
        every(config.roll().toMillis(), "telling devices of jobs", jobs::roll);
        every(config.upkeep().toMillis(), "dropping unfinished uploads", this::expire);
        return Future.succeededFuture();
    }

    private void packages() {
        var packages = new PackageHandlers(tx, bus, time, config);
        bus.serve(PackageOps.CREATE, packages::create);
        bus.serve(PackageOps.LIST, packages::list);
        bus.serve(PackageOps.GET, packages::get);
        bus.serve(PackageOps.REMOVE, packages::remove);
        bus.serve(PackageOps.BEGIN, packages::begin);
        bus.serve(PackageOps.PIECE, packages::piece);
        bus.serve(PackageOps.END, packages::end);
        bus.serve(PackageOps.DROP, packages::drop);
    }

    private void campaigns() {
        var campaigns = new CampaignHandlers(tx, time, targets);
        bus.serve(CampaignOps.PREVIEW, campaigns::preview);
        bus.serve(CampaignOps.CREATE, campaigns::create);
        bus.serve(CampaignOps.LIST, campaigns::list);
        bus.serve(CampaignOps.GET, campaigns::get);
        bus.serve(CampaignOps.UPGRADES, campaigns::upgrades);
        bus.serve(CampaignOps.VERSIONS, campaigns::versions);
        var steps = new Steps(tx, time);
        bus.serve(CampaignOps.APPROVE, steps::approve);
        bus.serve(CampaignOps.START, steps::start);
        bus.serve(CampaignOps.PAUSE, steps::pause);
        bus.serve(CampaignOps.RESUME, steps::resume);
        bus.serve(CampaignOps.CANCEL, steps::cancel);
        bus.serve(CampaignOps.RETRY, steps::retry);
    }

    private void jobs() {
        var jobs = new JobHandlers(tx, time, targets);
        bus.serve(JobOps.CREATE, jobs::create);
        bus.serve(JobOps.LIST, jobs::list);
        bus.serve(JobOps.GET, jobs::get);
        bus.serve(JobOps.CANCEL, jobs::cancel);
        bus.serve(JobOps.TASKS, jobs::tasks);
    }

    private Pusher devices() {
        var pusher = new Pusher(tx, bus, time, targets, config, metrics);
        var desk = new DeviceDesk(tx, places, pusher, new JobDesk(tx, time));
        bus.serve(AlinkApi.OTA, desk::answer);
        bus.serve(DownloadApi.FIRMWARE, desk::block);
        return pusher;
    }

    private void expire() {
        int dropped = tx.system(c -> PackageStore.expire(c, time.now().minus(config.unfinished())));
        if (dropped > 0) {
            LOG.info("{} unfinished uploads of firmware dropped", dropped);
        }
    }

    private void every(long ms, String what, Runnable work) {
        vertx.setPeriodic(
                ms,
                id -> {
                    try {
                        work.run();
                    } catch (Exception e) { // await() throws what a future failed with
                        LOG.warn("{} failed, next time again", what, e);
                    }
                });
    }
}
