package io.weir.cloud.ota;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Places;
import io.weir.cloud.ota.VersionStore.Told;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What devices say of their firmware, and that they came online: a device that has yet to take its
 * upgrade is told of it again then. Only campaigns that are open hear of it; a fact of a device
 * that has another owner now ends its former owner's upgrade.
 */
public final class OtaApplier implements FactApplier {
    public static final FactSpec SPEC = new FactSpec("ota", "ota", List.of(Lane.ALARM), true);

    private final Time time;
    private final Places places;

    public OtaApplier(Time time, Places places) {
        this.time = time;
        this.places = places;
    }

    private record Key(String campaign, String device) {}

    private record Module(String device, String tenant, String name) {}

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        List<Entry> entries = new ArrayList<>();
        var devices = new TreeSet<String>();
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                if (ours(entry.kind())) {
                    entries.add(entry);
                    devices.add(entry.device());
                }
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        Map<String, Map<Key, Held>> active = new TreeMap<>();
        Map<Key, Held> before = new LinkedHashMap<>();
        for (Held held : UpgradeStore.active(c, devices)) {
            Key key = new Key(held.campaignId(), held.upgrade().deviceId());
            before.put(key, held);
            active.computeIfAbsent(key.device(), d -> new LinkedHashMap<>()).put(key, held);
        }
        Map<Module, Told> versions = new LinkedHashMap<>();
        var online = new TreeSet<String>();
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        for (Entry entry : entries) {
            Place place = places.get(entry.device());
            if (place == null) {
                throw new IllegalArgumentException("no such device");
            }
            if (entry.kind() == FactKind.ONLINE) {
                online.add(entry.device());
            }
            JsonNode payload = Json.tree(entry.payload());
            if (entry.kind() == FactKind.VERSION) {
                var module = new Module(entry.device(), place.tenant(), entry.name());
                versions.put(module, told(module, entry, payload));
            }
            Map<Key, Held> own = active.get(entry.device());
            if (own != null) {
                own.replaceAll((key, held) -> heard(held, place, entry, payload, now));
            }
        }
        if (!online.isEmpty()) {
            JobStore.online(c, online, now);
        }
        if (!versions.isEmpty()) {
            VersionStore.put(c, List.copyOf(versions.values()));
        }
        UpgradeStore.save(
                c,
                active.values().stream()
                        .flatMap(of -> of.entrySet().stream())
                        .filter(e -> e.getValue() != before.get(e.getKey()))
                        .map(Map.Entry::getValue)
                        .toList());
    }

    private static boolean ours(FactKind kind) {
        return kind == FactKind.VERSION || kind == FactKind.UPGRADE || kind == FactKind.ONLINE;
    }

    private static Held heard(Held held, Place place, Entry entry, JsonNode payload, Instant now) {
        if (Moved.is(held, place.tenant())) {
            return Moved.of(held, now);
        }
        Upgrade upgrade = held.upgrade();
        if (entry.kind() == FactKind.ONLINE) {
            return held.open() && !upgrade.state().isEnd() ? held.due(now, now) : held;
        }
        if (!held.module().equals(entry.name())) {
            return held;
        }
        if (entry.kind() == FactKind.VERSION) {
            return held.with(UpgradeFlow.version(upgrade, held.wanted(), version(payload)), now);
        }
        Held next = held.with(UpgradeFlow.progress(upgrade, step(payload)), now);
        return next == held ? held : next.saying(clean(payload.path("desc").asText("")));
    }

    private static Told told(Module module, Entry entry, JsonNode payload) {
        return new Told(
                module.device(),
                module.tenant(),
                module.name(),
                version(payload),
                Instant.ofEpochMilli(entry.atMs()));
    }

    private static String version(JsonNode payload) {
        String version = clean(payload.path("version").asText(""));
        if (version.isEmpty()) {
            throw new IllegalArgumentException("version: is missing");
        }
        return version;
    }

    private static int step(JsonNode payload) {
        JsonNode step = payload.path("step");
        if (!step.isInt()) {
            throw new IllegalArgumentException("step: must be a number");
        }
        return step.intValue();
    }

    /** PostgreSQL's text knows no NUL. */
    private static String clean(String text) {
        return text.replace("\0", "");
    }
}
