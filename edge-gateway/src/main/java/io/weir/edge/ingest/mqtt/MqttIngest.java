package io.weir.edge.ingest.mqtt;

import io.vertx.core.Deployable;
import io.vertx.core.internal.VertxInternal;
import io.weir.edge.alink.AlinkMeters;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.TokenBuckets;
import io.weir.edge.journal.FactLog;
import io.weir.edge.link.CloudLink;
import io.weir.edge.link.Epochs;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops of the MQTT ingest share. Made once per gateway. */
public final class MqttIngest {
    private static final int REMEMBERED = 50_000;

    final AlinkServices alink;
    final AlinkMeters messages;
    final FactLog log;
    final DeviceRegistry registry;
    final Lookups lookups;
    final DeviceLines lines;
    final Downlink downlink;
    final MeteringInlet inlet;
    final Time time;
    final Epochs epochs;
    final MqttMeters meters;
    final Guard guard;
    final Arrivals arrivals;
    final AtomicInteger loops = new AtomicInteger();
    private final String nodeBind;
    private final Path data;
    private @Nullable TokenBuckets deviceConnects;
    private @Nullable Sessions sessions;

    /**
     * @param gateway this gateway's name
     * @param nodeBind address to listen on when the settings name none
     * @param data where sessions are kept that outlive their connections
     */
    public MqttIngest(
            AlinkServices alink,
            DeviceRegistry registry,
            Lookups lookups,
            DeviceLines lines,
            CloudLink link,
            Metrics metrics,
            Guard guard,
            Arrivals arrivals,
            String gateway,
            String nodeBind,
            Path data) {
        this.alink = alink;
        this.messages = new AlinkMeters(metrics, "mqtt");
        this.log = alink.log();
        this.registry = registry;
        this.lookups = lookups;
        this.lines = lines;
        this.downlink = alink.downlink();
        this.inlet = alink.inlet();
        this.time = alink.time();
        this.guard = guard;
        this.arrivals = arrivals;
        this.nodeBind = nodeBind;
        this.data = data;
        this.epochs = new Epochs(link, gateway);
        this.meters = new MqttMeters(metrics, lines);
    }

    /** One instance of the verticle; all instances of a gateway share the buckets of connects. */
    public synchronized Deployable verticle(MqttConfig config) {
        if (deviceConnects == null) {
            deviceConnects =
                    new TokenBuckets(config.connectBurst(), config.connectPerMinute(), REMEMBERED);
        }
        String bind = config.bind().isEmpty() ? nodeBind : config.bind();
        return new MqttIngestVerticle(this, config, deviceConnects, bind);
    }

    /** The sessions of all loops; opened by the first, closed when the last has left. */
    synchronized Sessions sessions(VertxInternal vertx, MqttConfig config) {
        if (sessions == null) {
            sessions = new Sessions(vertx, time, config, data.resolve("mqtt"));
            meters.sessions(sessions);
            downlink.mail(sessions);
        }
        return sessions;
    }

    synchronized void left() {
        if (loops.decrementAndGet() == 0 && sessions != null) {
            sessions.close();
            sessions = null;
        }
    }
}
