package io.weir.edge.forward;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.link.CloudLink;
import io.weir.model.fact.Lane;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Logical name {@code forwarder}, EVENT_LOOP, one instance: runs the forwarding threads, asks for
 * marks, ticks the stream time. Deployed after the journal is open and the link made; drained
 * before the journal closes.
 */
public final class ForwarderVerticle extends VerticleBase {
    private final DiskJournal journal;
    private final CloudLink cloud;
    private final Time time;
    private final Metrics metrics;
    private final Health health;
    private final String gateway;
    private final Uplinks uplinks;
    private final ForwarderConfig config;
    private @Nullable Forwarder forwarder;

    /**
     * @param gateway the node's stable name, the same that the journal was opened with
     * @param uplinks the way up: Kafka itself, or the cloud's door
     */
    public ForwarderVerticle(
            DiskJournal journal,
            CloudLink cloud,
            Time time,
            Metrics metrics,
            Health health,
            String gateway,
            Uplinks uplinks,
            ForwarderConfig config) {
        this.journal = journal;
        this.cloud = cloud;
        this.time = time;
        this.metrics = metrics;
        this.health = health;
        this.gateway = gateway;
        this.uplinks = uplinks;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        Forwarder running =
                new Forwarder(
                        journal,
                        lane -> uplinks.open(gateway, journal.id(), lane, config),
                        config,
                        time);
        forwarder = running;
        observe(running);
        running.start();
        AliveTicker alive = new AliveTicker(journal, time);
        alive.begin();
        vertx.setPeriodic(
                config.aliveEvery().toMillis(),
                id -> {
                    alive.tick();
                    running.look();
                });
        MarksPoller marks = new MarksPoller(cloud, journal, gateway, config);
        vertx.setPeriodic(config.marksPoll().toMillis(), id -> marks.poll());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Forwarder running = forwarder;
        return running == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(
                        () -> {
                            running.stop();
                            return running;
                        });
    }

    /** A gateway whose Kafka is away is a healthy gateway: it says so as a detail. */
    private void observe(Forwarder running) {
        MeterRegistry registry = metrics.registry();
        for (Lane lane : Lane.values()) {
            String name = name(lane);
            Gauge.builder("weir.forward.lag.frames", running, f -> f.lag(lane))
                    .tag("lane", name)
                    .register(registry);
            Gauge.builder(
                            "weir.forward.inflight.bytes",
                            running.lane(lane),
                            LaneForwarder::inFlightBytes)
                    .tag("lane", name)
                    .register(registry);
            FunctionCounter.builder(
                            "weir.forward.restarts", running.lane(lane), LaneForwarder::restarts)
                    .tag("lane", name)
                    .register(registry);
        }
        health.register(
                "forward",
                () -> {
                    Map<String, Object> detail = new TreeMap<>();
                    for (Lane lane : Lane.values()) {
                        detail.put(name(lane) + "_lag_frames", running.lag(lane));
                        detail.put(name(lane) + "_trouble", running.lane(lane).trouble());
                    }
                    return Health.Report.up(detail);
                });
    }

    private static String name(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }
}
