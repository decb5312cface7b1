package io.weir.edge.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.edge.alink.AlinkMeters;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Guard;
import io.weir.edge.link.CloudLink;
import io.weir.edge.link.Epochs;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.model.time.Tick;
import io.weir.runtime.metrics.Metrics;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What all event loops share that devices post to over HTTP. Made once per gateway. */
public final class HttpIngest {
    private static final long EPOCH_WAIT_MS = 300;

    /** One that got no epoch because the cloud was away asks again after so long. */
    private static final long EPOCH_RETRY_MS = 30_000;

    private static final int MESSAGE_ID_BITS = 20;

    private record Known(Future<HttpSender> sender, Tick since) {}

    final AlinkServices alink;
    final AlinkMeters meters;
    final DeviceRegistry registry;
    final Lookups lookups;
    final Guard guard;
    final Arrivals arrivals;
    final HttpTokens tokens;
    private final DeviceLines lines;
    private final Epochs epochs;
    private final AtomicLong messageIds;
    private final Map<String, Known> senders = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * @param data the gateway's folder; the key of the tokens is kept there
     */
    public HttpIngest(
            AlinkServices alink,
            DeviceRegistry registry,
            Lookups lookups,
            DeviceLines lines,
            CloudLink link,
            Metrics metrics,
            Guard guard,
            Arrivals arrivals,
            String gateway,
            Path data) {
        this.alink = alink;
        this.meters = new AlinkMeters(metrics, "http");
        this.registry = registry;
        this.lookups = lookups;
        this.lines = lines;
        this.guard = guard;
        this.arrivals = arrivals;
        this.epochs = new Epochs(link, gateway);
        this.tokens = new HttpTokens(TokenKey.load(data.resolve("http-token.key")), registry);
        this.messageIds = new AtomicLong(alink.time().now().toEpochMilli() << MESSAGE_ID_BITS);
        metrics.registry().gauge("weir.http.devices", this, HttpIngest::devices);
    }

    /** Rising, also across restarts. */
    long nextMessageId() {
        return messageIds.incrementAndGet();
    }

    private int devices() {
        synchronized (senders) {
            return senders.size();
        }
    }

    /**
     * The device at work; it stays on the loop where it began. Its epoch is younger than any that
     * it got elsewhere before.
     */
    Future<HttpSender> sender(Device device, HttpLoop here, Vertx vertx) {
        Tick now = alink.time().tick();
        synchronized (senders) {
            Known known = senders.get(device.deviceId());
            if (known != null && good(known, device, now)) {
                return known.sender;
            }
            Future<HttpSender> made =
                    epochs.take(vertx, EPOCH_WAIT_MS)
                            .map(epoch -> new HttpSender(here, lines, device, epoch));
            senders.put(device.deviceId(), new Known(made, now));
            if (senders.size() > arrivals.config().httpDevices()) {
                var eldest = senders.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
            return made;
        }
    }

    private static boolean good(Known known, Device device, Tick now) {
        @Nullable HttpSender sender = known.sender.result();
        return sender == null
                || sender.fits(device)
                        && (sender.ownEpoch() > 0 || now.since(known.since) < EPOCH_RETRY_MS);
    }
}
