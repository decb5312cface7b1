package io.weir.edge.subs;

import io.weir.edge.guard.TokenBucket;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The sub-devices of one connection, by {@code pk/dn}. Safe for any thread. */
public final class SubDevices {
    private static final long MINUTE = 60;

    private final Map<String, SubDevice> logged = new ConcurrentHashMap<>();
    private volatile boolean expected;
    private volatile @Nullable String over;
    private @Nullable TokenBucket logins;

    /**
     * The connection speaks for sub-devices: what it publishes for one that is not logged in may be
     * a message on its way when that one was let go, and is no reason to cut off all the others.
     */
    public boolean expected() {
        return expected;
    }

    void expect() {
        expected = true;
    }

    public int size() {
        return logged.size();
    }

    public @Nullable SubDevice find(String productKey, String deviceName) {
        return logged.get(productKey + "/" + deviceName);
    }

    /**
     * The sub-device that a topic is of; null when it is of none that is logged in. What comes
     * before the login is answered is of none: its line must be told before its facts.
     */
    public @Nullable SubDevice of(String topic) {
        if (logged.isEmpty()) {
            return null;
        }
        String owner = owner(topic);
        SubDevice sub = owner == null ? null : logged.get(owner);
        return sub != null && sub.isOnline() ? sub : null;
    }

    /** A dispense runs on one of them. */
    public boolean dispensing() {
        return logged.values().stream().anyMatch(SubDevice::dispensing);
    }

    /** Ends those that an operator has banned. */
    public void endBanned() {
        logged.values().forEach(SubDevice::endIfBanned);
    }

    /** The connection is over, and so are they. */
    public void endAll(String reason) {
        over = reason;
        List.copyOf(logged.values()).forEach(sub -> sub.end(reason));
    }

    /** So many logins at once, or not one. On the connection's loop. */
    boolean allow(int count, int perSecond, long nowMs) {
        TokenBucket bucket = logins;
        if (bucket == null) {
            bucket = new TokenBucket(perSecond, perSecond * MINUTE, nowMs);
            logins = bucket;
        }
        return bucket.draw(count, nowMs) == count;
    }

    /** Before its line is claimed; one that comes after the connection's end is ended at once. */
    void add(SubDevice sub) {
        logged.put(sub.device().productKey() + "/" + sub.device().deviceName(), sub);
        String reason = over;
        if (reason != null) {
            sub.end(reason);
        }
    }

    void remove(SubDevice sub) {
        logged.remove(sub.device().productKey() + "/" + sub.device().deviceName(), sub);
    }

    /** {@code pk/dn} of a topic or filter, whoever's it is; null when it names nobody. */
    public static @Nullable String owner(String topic) {
        int from;
        if (topic.startsWith("/sys/")) {
            from = "/sys/".length();
        } else if (topic.startsWith("/ext/rrpc/")) {
            int at = topic.indexOf('/', "/ext/rrpc/".length());
            from = at >= 0 && topic.startsWith("/sys/", at) ? at + "/sys/".length() : -1;
        } else if (topic.startsWith("/ext/ntp/")) {
            from = "/ext/ntp/".length();
        } else if (topic.startsWith("/shadow/")) {
            from = topic.indexOf('/', "/shadow/".length()) + 1;
        } else if (topic.startsWith("/ota/device/")) {
            from = topic.indexOf('/', "/ota/device/".length()) + 1;
        } else {
            from = topic.startsWith("/ext/") ? -1 : 1;
        }
        int slash = from < 1 ? -1 : topic.indexOf('/', from);
        if (slash < 0) {
            return null;
        }
        int end = topic.indexOf('/', slash + 1);
        return topic.substring(from, end < 0 ? topic.length() : end);
    }
}
