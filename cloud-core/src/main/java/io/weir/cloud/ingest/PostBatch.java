package io.weir.cloud.ingest;

import io.weir.model.fact.Entry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one transaction writes, column by column: posts, events, and the latest state of each device
 * once.
 */
final class PostBatch {
    /** Columns of one of the two histories. */
    static final class History {
        final List<String> tenants = new ArrayList<>();
        final List<String> devices = new ArrayList<>();
        final List<OffsetDateTime> ats = new ArrayList<>();
        final List<Long> epochs = new ArrayList<>();
        final List<OffsetDateTime> gatewayAts = new ArrayList<>();
        final List<String> identifiers = new ArrayList<>();
        final List<String> params = new ArrayList<>();

        int size() {
            return devices.size();
        }
    }

    /** The newest of what a device posted in this batch through one gateway. */
    static final class Latest {
        final String device;
        final String tenant;
        final String gateway;
        final Map<String, String> values = new LinkedHashMap<>();
        long atMs;
        long epoch;
        long posts;
        long events;

        Latest(String device, String tenant, String gateway) {
            this.device = device;
            this.tenant = tenant;
            this.gateway = gateway;
        }

        /** The identifiers in order, hashed by the store as {@code ingest.keys} does. */
        String keys() {
            return String.join(",", new TreeSet<>(values.keySet()));
        }

        /** {@code {"<identifier>":[value,at_ms,epoch],..}}. */
        String state() {
            StringBuilder json = new StringBuilder(64 * values.size()).append('{');
            values.forEach(
                    (key, value) -> {
                        if (json.length() > 1) {
                            json.append(',');
                        }
                        json.append(key).append(':').append(value);
                    });
            return json.append('}').toString();
        }
    }

    final History posts = new History();
    final History events = new History();

    /** By device; a second round holds a device that came through two gateways in one batch. */
    final List<Map<String, Latest>> rounds = new ArrayList<>();

    private final Days days;

    PostBatch(Days days) {
        this.days = days;
    }

    /**
     * Throws {@link IllegalArgumentException} when the params are no JSON object; then nothing of
     * it is kept.
     */
    void post(String tenant, String gateway, Entry entry) {
        long at = days.place(entry.atMs());
        String suffix = "," + at + "," + entry.epoch() + "]";
        Map<String, String> values = new LinkedHashMap<>();
        PostReader.read(entry.payload(), (key, value) -> values.put(key, "[" + value + suffix));
        Latest latest = latest(tenant, gateway, entry, at);
        latest.values.putAll(values);
        latest.posts++;
        add(posts, tenant, entry);
    }

    void event(String tenant, String gateway, Entry entry) {
        PostReader.check(entry.payload());
        long at = days.place(entry.atMs());
        latest(tenant, gateway, entry, at).events++;
        events.identifiers.add(entry.name());
        add(events, tenant, entry);
    }

    /**
     * What a device had kept back: at the device's own times, and never a current value.
     *
     * @throws IllegalArgumentException when it is not as the gateway writes it; then nothing of it
     *     is kept
     */
    void past(String tenant, String gateway, Entry entry) {
        List<PastPost> past = PastPost.read(entry.payload());
        Latest latest = latest(tenant, gateway, entry, days.place(entry.atMs()));
        for (PastPost post : past) {
            String event = post.event();
            if (event == null) {
                latest.posts++;
            } else {
                latest.events++;
                events.identifiers.add(event);
            }
            add(event == null ? posts : events, tenant, entry, post.atMs(), post.params());
        }
    }

    private void add(History history, String tenant, Entry entry) {
        String params = new String(entry.payload(), StandardCharsets.UTF_8);
        add(history, tenant, entry, entry.atMs(), params);
    }

    private void add(History history, String tenant, Entry entry, long saidMs, String params) {
        long at = days.place(saidMs);
        history.tenants.add(tenant);
        history.devices.add(entry.device());
        history.ats.add(time(at));
        history.epochs.add(entry.epoch());
        history.gatewayAts.add(at == saidMs ? null : gatewayTime(saidMs));
        history.params.add(params);
    }

    private Latest latest(String tenant, String gateway, Entry entry, long at) {
        for (int round = 0; ; round++) {
            if (round == rounds.size()) {
                rounds.add(new LinkedHashMap<>());
            }
            Latest latest =
                    rounds.get(round)
                            .computeIfAbsent(
                                    entry.device(), device -> new Latest(device, tenant, gateway));
            if (latest.gateway.equals(gateway) && latest.tenant.equals(tenant)) {
                latest.atMs = Math.max(latest.atMs, at);
                latest.epoch = Math.max(latest.epoch, entry.epoch());
                return latest;
            }
        }
    }

    private static OffsetDateTime time(long ms) {
        return Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC);
    }

    /** PostgreSQL's calendar ends; a clock that is beyond it is told as the end. */
    private static OffsetDateTime gatewayTime(long ms) {
        return time(Math.clamp(ms, -62_135_596_800_000L, 253_402_300_799_000L));
    }
}
