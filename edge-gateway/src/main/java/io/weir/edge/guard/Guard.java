package io.weir.edge.guard;

import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.WaitingRoom.Verdict;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all event loops of a gateway's device ingest share to keep overload to its cause. Safe for
 * any thread. What a stranger can name (a device, a product) is never limited by that name alone
 * before he has shown that it is his: else anybody could lock anybody out.
 */
public final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final int PER_MINUTE = 60;
    private static final int ADDRESSES = 20_000;
    private static final int DEVICES = 50_000;
    private static final int OWNERS = 10_000;

    private record Shared(TokenBucket messages, TokenBucket bytes) {}

    private final GuardConfig config;
    private final Time time;
    private final BanList bans;
    private final BanFile file;
    private final WaitingRoom room;
    private final TokenBuckets accepts;
    private final TokenBuckets connects;
    private final TokenBuckets productConnects;
    private final TokenBuckets tenantConnects;
    private final TokenBuckets flaps;
    private final Rate device;
    private final Rate product;
    private final Rate tenant;
    private final Map<String, Shared> products = new ConcurrentHashMap<>();
    private final Map<String, Shared> tenants = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /**
     * @param data the gateway's folder; the bans are kept there
     */
    public Guard(GuardConfig config, Time time, Path data) {
        this.config = config;
        this.time = time;
        this.bans = new BanList(config.bansMax());
        this.file = new BanFile(data.resolve("bans.json"), bans);
        this.room =
                new WaitingRoom(
                        config.waitingMax(), config.waitingPerAddress(), config.handshakesMax());
        this.accepts = buckets(config.acceptBurst(), config.acceptPerSecond(), ADDRESSES);
        this.connects = buckets(config.connectsBurst(), config.connectsPerSecond(), ADDRESSES);
        this.productConnects =
                buckets(config.productConnectsBurst(), config.productConnectsPerSecond(), OWNERS);
        this.tenantConnects =
                buckets(config.tenantConnectsBurst(), config.tenantConnectsPerSecond(), OWNERS);
        this.flaps = new TokenBuckets(config.flapsPerMinute(), config.flapsPerMinute(), DEVICES);
        int burst = config.burstSeconds();
        this.device = new Rate(config.deviceMessages(), config.deviceBytes(), burst);
        this.product = new Rate(config.productMessages(), config.productBytes(), burst);
        this.tenant = new Rate(config.tenantMessages(), config.tenantBytes(), burst);
    }

    private static TokenBuckets buckets(int burst, int perSecond, int remembered) {
        return new TokenBuckets(burst, perSecond * PER_MINUTE, remembered);
    }

    public GuardConfig config() {
        return config;
    }

    public BanList bans() {
        return bans;
    }

    public WaitingRoom room() {
        return room;
    }

    /** Takes up the bans that are on disk. Blocks. */
    void load() {
        file.read(time.now());
    }

    /** The bans as they are now are on disk when it returns. Blocks. */
    void save() {
        file.save(time.now());
    }

    /** A socket was accepted. Who is let IN must leave the {@link #room}, by this party name. */
    public Verdict accept(InetAddress address, boolean tls) {
        if (draining) {
            return Verdict.DRAINING;
        }
        if (bans.find(address, time.now()) != null) {
            return Verdict.BANNED;
        }
        String party = party(address);
        if (!accepts.allow(party, nowMs())) {
            return Verdict.TOO_FAST;
        }
        return room.enter(party, tls);
    }

    /** As whom an address is counted: IPv6 by its first 64 bits. */
    public static String party(InetAddress address) {
        return AddressRange.party(address);
    }

    /** A CONNECT came, from whoever it is; false when its address sends too many. */
    public boolean connect(String party) {
        return connects.allow(party, nowMs());
    }

    /** The ban of a client id's first part or of a device; null when there is none. */
    public @Nullable Ban banned(Kind kind, String value) {
        return bans.size() == 0 ? null : bans.find(kind, value, time.now());
    }

    /** Is this address banned, or a block that it is in? */
    public boolean banned(InetAddress address) {
        return bans.find(address, time.now()) != null;
    }

    /** A device has shown who it is; false when its product or its tenant comes in too fast. */
    public boolean arrive(String productKey, @Nullable String tenant) {
        long now = nowMs();
        return productConnects.allow(productKey, now)
                && (tenant == null || tenantConnects.allow(tenant, now));
    }

    /**
     * A device has shown who it is; true when it did so too often and is banned from now on. Only
     * connects with the right password count: nobody gets another's device banned.
     */
    public boolean flapping(String deviceId) {
        if (flaps.allow(deviceId, nowMs())) {
            return false;
        }
        Instant now = time.now();
        Ban ban =
                new Ban(
                        Kind.DEVICE,
                        deviceId,
                        "flapping: more than " + config.flapsPerMinute() + " connects a minute",
                        Ban.GATEWAY,
                        now,
                        now.plus(config.flapBan()));
        bans.putUnlessBanned(ban);
        LOG.warn(
                "device {} is banned until {}: {}. Two devices with one secret look like this too;"
                        + " lift it with DELETE /bans?kind=device&value={}",
                deviceId,
                ban.until(),
                ban.reason(),
                deviceId);
        return true;
    }

    /** An event loop's budgets. */
    public Allowances allowances() {
        return new Allowances(this);
    }

    Budget deviceBudget() {
        return device.alone(nowMs());
    }

    Budget productBudget(String productKey) {
        return shared(products, productKey, product);
    }

    Budget tenantBudget(String path) {
        return shared(tenants, path, tenant);
    }

    private Budget shared(Map<String, Shared> all, String key, Rate rate) {
        long now = nowMs();
        Shared buckets =
                all.computeIfAbsent(
                        key, k -> new Shared(rate.messageBucket(now), rate.byteBucket(now)));
        return rate.shared(buckets.messages, buckets.bytes);
    }

    /** No more connections; those that are here go, so many a second. */
    public boolean draining() {
        return draining;
    }

    public void drain(boolean on) {
        if (draining != on) {
            LOG.info(on ? "draining: no new connections" : "draining ended: open again");
        }
        draining = on;
    }

    private long nowMs() {
        return time.tick().ms();
    }
}
