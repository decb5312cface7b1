package io.weir.edge.download;

import io.weir.edge.arrival.Arrivals;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.regex.Pattern;

/** What the gateway's parts share of downloads. Safe for any thread. */
public final class DownloadDesk implements Downloads {
    /** The path of a download, without its token. */
    public static final String PATH = "/download/";

    /** One can listen there, but nobody finds it. */
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private record Open(PackageStore store, DownloadsConfig config) {}

    private final DownloadTokens tokens;
    private final DeviceRegistry registry;
    private final Arrivals arrivals;
    private final int httpPort;
    private final Time time;
    private volatile @Nullable Open open;

    /**
     * @param httpPort where the gateway's HTTP listens; 0 = nowhere
     */
    public DownloadDesk(
            DownloadTokens tokens,
            DeviceRegistry registry,
            Arrivals arrivals,
            int httpPort,
            Time time) {
        this.tokens = tokens;
        this.registry = registry;
        this.arrivals = arrivals;
        this.httpPort = httpPort;
        this.time = time;
    }

    void open(PackageStore store, DownloadsConfig config) {
        open = new Open(store, config);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws Rejected: NOT_FOUND without such a device, INVALID for a content that can't be,
     * UNAVAILABLE when the gateway serves no HTTP, has no address that devices know, or is
     * starting.
     */
    @Override
    public String address(String deviceId, Content content) {
        Device device = registry.find(deviceId);
        if (device == null) {
            throw Rejected.notFound("device " + deviceId);
        }
        DownloadsConfig config = config();
        check(content);
        String at = host();
        int port = config.publicPort() == 0 ? httpPort : config.publicPort();
        String token;
        try {
            token = tokens.make(device, content, time.now().plus(config.addressLife()));
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("content", String.valueOf(e.getMessage()));
        }
        store().begin(content, deviceId);
        return "http://" + at + ":" + port + PATH + token;
    }

    private String host() {
        String host = arrivals.own().publicHost();
        if (httpPort == 0) {
            throw new Rejected(CommonError.UNAVAILABLE, "this gateway serves no HTTP");
        }
        if (ANYWHERE.contains(host)) {
            throw new Rejected(
                    CommonError.UNAVAILABLE,
                    "arrival.publicHost must say where devices reach this gateway: not at " + host);
        }
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** Begins to fetch what this device will ask for in another way than by {@link #address}. */
    public void begin(String deviceId, Content content) {
        check(content);
        store().begin(content, deviceId);
    }

    /** Throws Rejected(INVALID) for a content that can't be, or is too large for this gateway. */
    private void check(Content content) {
        if (content.size() < 0 || content.size() > config().fileBytes()) {
            throw Rejected.invalid("size", "0 to " + config().fileBytes() + " bytes");
        }
        if (!SHA256.matcher(content.sha256()).matches()) {
            throw Rejected.invalid("sha256", "64 small hex digits");
        }
    }

    /** Whose right this is. */
    public DownloadTokens.Checked right(String token) {
        return tokens.check(token, time.now());
    }

    /** Else {@link #config} and {@link #store} throw Rejected(UNAVAILABLE). */
    public boolean ready() {
        return open != null;
    }

    public DownloadsConfig config() {
        return opened().config();
    }

    public PackageStore store() {
        return opened().store();
    }

    private Open opened() {
        Open o = open;
        if (o == null) {
            throw new Rejected(CommonError.UNAVAILABLE, "the gateway is starting");
        }
        return o;
    }
}
