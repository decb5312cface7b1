package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.twin.TwinOps.Tag;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What devices ask of their twin (facts: alink.md sections 6 and 8), under their owner's scope. */
final class DeviceDesk {
    private static final int BAD_PARAMETER = 460;
    private static final int NO_DEVICE = 6100;
    private static final String UNFIT = "request parameter error";
    private static final int MOST_NAMES = 200;

    private final Tx tx;
    private final Time time;
    private final Places places;
    private final TwinConfig config;

    DeviceDesk(Tx tx, Time time, Places places, TwinConfig config) {
        this.tx = tx;
        this.time = time;
        this.places = places;
        this.config = config;
    }

    /** The gateway must be the device's, or have been: its word alone is no proof. */
    Answer answer(Call call, Question q) {
        Own own = own(q);
        if (own == null) {
            return Answer.refused(NO_DEVICE, "the device is not this gateway's");
        }
        if (q.method().equals("shadow.update")) {
            return shadow(own, q.paramsJson());
        }
        JsonNode params;
        try {
            params = Json.tree(q.paramsJson());
        } catch (IllegalArgumentException e) {
            return unfit();
        }
        return switch (q.method()) {
            case "thing.property.desired.get" -> wanted(own, params);
            case "thing.property.desired.delete" -> unwanted(own, params);
            case "thing.deviceinfo.update" -> tag(own, params);
            case "thing.deviceinfo.delete" -> untag(own, params);
            case "thing.config.log.get" ->
                    Answer.ok(
                            LogHandlers.content(
                                    tx.run(own.scope(), c -> LogStore.switched(c, own))));
            default -> unfit();
        };
    }

    private @Nullable Own own(Question q) {
        places.load(Set.of(q.deviceId()));
        Place place = places.get(q.deviceId());
        if (place == null || !place.mayTell(q.gateway())) {
            places.loadAnew(Set.of(q.deviceId()));
            place = places.get(q.deviceId());
        }
        return place == null || !place.mayTell(q.gateway())
                ? null
                : new Own(place.deviceId(), place.tenant());
    }

    private Answer shadow(Own own, String message) {
        return tx.run(
                own.scope(),
                c -> {
                    Shadow now = ShadowStore.lock(c, own);
                    var outcome =
                            ShadowFlow.device(
                                    now, message, time.now().getEpochSecond(), config.shadow());
                    Shadow next = outcome.next();
                    if (next != null) {
                        boolean pending =
                                ShadowStore.get(c, own).pending() && !next.desired().isEmpty();
                        ShadowStore.put(c, own, next, pending);
                    }
                    return Answer.ok(outcome.reply());
                });
    }

    /** No names = all of them. */
    private Answer wanted(Own own, JsonNode names) {
        if (!names.isArray() || names.size() > MOST_NAMES) {
            return unfit();
        }
        Map<String, DesiredStore.Entry> all = tx.run(own.scope(), c -> DesiredStore.all(c, own));
        ObjectNode data = Json.MAPPER.createObjectNode();
        if (names.isEmpty()) {
            all.forEach((identifier, entry) -> tell(data, identifier, entry));
        } else {
            for (JsonNode name : names) {
                tell(data, name.asText(), all.get(name.asText()));
            }
        }
        return Answer.ok(data.toString());
    }

    private static void tell(
            ObjectNode data, String identifier, DesiredStore.@Nullable Entry entry) {
        String value = entry == null ? null : entry.value();
        if (entry != null && value != null) {
            ObjectNode told = data.putObject(identifier);
            told.set("value", Json.tree(value));
            told.put("version", entry.version());
        }
    }

    /**
     * With another version than it has, what is desired is newer than the device knows: it stays.
     */
    private Answer unwanted(Own own, JsonNode params) {
        if (!params.isObject() || params.size() > MOST_NAMES) {
            return unfit();
        }
        for (JsonNode value : params) {
            JsonNode version = value.path("version");
            if (!value.isObject() || !version.isMissingNode() && !version.isIntegralNumber()) {
                return unfit();
            }
        }
        return tx.run(
                own.scope(),
                c -> {
                    Map<String, DesiredStore.Entry> all = DesiredStore.all(c, own);
                    ObjectNode data = Json.MAPPER.createObjectNode();
                    for (Map.Entry<String, JsonNode> wish : params.properties()) {
                        DesiredStore.Entry entry = all.get(wish.getKey());
                        JsonNode version = wish.getValue().path("version");
                        boolean same =
                                entry != null
                                        && (version.isMissingNode()
                                                || version.longValue() == entry.version());
                        if (entry != null && same) {
                            DesiredStore.drop(c, own, wish.getKey(), time.now());
                        } else if (entry != null) {
                            data.putObject(wish.getKey()).put("version", entry.version());
                        }
                    }
                    return Answer.ok(data.toString());
                });
    }

    private Answer tag(Own own, JsonNode params) {
        List<Tag> read = TagRules.read(params, true);
        if (read == null || read.stream().anyMatch(tag -> TagRules.fault(tag) != null)) {
            return unfit();
        }
        List<Tag> tags = TagRules.once(read);
        return tx.run(
                own.scope(),
                c -> {
                    TagStore.turn(c, own);
                    if (TagRules.with(TagStore.all(c, own), tags) > config.tags()) {
                        return Answer.refused(
                                BAD_PARAMETER, "more than " + config.tags() + " tags");
                    }
                    TagStore.put(c, own, tags);
                    return Answer.ok("{}");
                });
    }

    private Answer untag(Own own, JsonNode params) {
        List<Tag> read = TagRules.read(params, false);
        if (read == null) {
            return unfit();
        }
        List<String> keys = read.stream().map(Tag::key).toList();
        tx.run(own.scope(), c -> TagStore.drop(c, own, keys));
        return Answer.ok("{}");
    }

    private static Answer unfit() {
        return Answer.refused(BAD_PARAMETER, UNFIT);
    }
}
