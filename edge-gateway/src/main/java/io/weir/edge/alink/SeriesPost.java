package io.weir.edge.alink;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.EventCheck;
import io.weir.edge.registry.ValueType;
import io.weir.model.fact.FactKind;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several values of each property and event in one message (facts: alink.md section 6, batch, pack
 * and history post), each held against the thing model: what is wrong is dropped and named. Pure.
 */
final class SeriesPost {
    private static final int MAX_VALUES = 200;
    private static final int MAX_EVENTS = 20;
    private static final long MAX_TIME_MS = 100_000_000_000_000L;
    private static final String VALUE = "value";
    private static final String TIME = "time";

    private final CompiledModel model;
    private final long nowMs;
    private final List<PostReader.Fault> faults = new ArrayList<>();
    private final List<SeriesCounters> counters = new ArrayList<>();
    private int values;
    private int events;

    /**
     * @param nowMs of a value that tells no time
     */
    SeriesPost(CompiledModel model, long nowMs) {
        this.model = model;
        this.nowMs = nowMs;
    }

    List<PostReader.Fault> faults() {
        return faults;
    }

    /** What the last {@link #batch} told of the meter's counters, in the order of their times. */
    List<SeriesCounters> counters() {
        return counters;
    }

    /** More than one message may carry; nothing of it counts then. */
    boolean tooMuch() {
        return values > MAX_VALUES || events > MAX_EVENTS;
    }

    /**
     * A batch: {@code
     * {"properties":{"k":[{"value","time"}]},"events":{"e":[{"value":{},"time"}]}}}.
     *
     * @return posts and events in the order of their times, so that the latest value wins
     */
    List<Fact> batch(JsonNode params) {
        TreeMap<Long, ObjectNode> posts = new TreeMap<>();
        properties(params.path("properties"), posts);
        TreeMap<Long, List<Fact>> happened = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : params.path("events").properties()) {
            for (JsonNode item : items(entry.getValue())) {
                JsonNode kept = event(entry.getKey(), item);
                if (kept != null) {
                    // As a single post tells it: what it says, without its wrapping.
                    Fact fact = fact(FactKind.EVENT_POST, entry.getKey(), kept.get(VALUE));
                    happened.computeIfAbsent(time(item), t -> new ArrayList<>()).add(fact);
                }
            }
        }
        List<Fact> facts = new ArrayList<>();
        for (ObjectNode post : posts.values()) {
            facts.add(fact(FactKind.PROPERTY_POST, "", post));
            counters.add(new SeriesCounters(post, model));
        }
        happened.values().forEach(facts::addAll);
        return facts;
    }

    /**
     * One element of a history post: {@code
     * {"properties":[{"k":{"value","time"}}],"events":[{"e":{"value":{},"time"}}]}}.
     *
     * @return null when nothing of it is fit
     */
    @Nullable Fact history(JsonNode element) {
        ObjectNode kept = Json.MAPPER.createObjectNode();
        var posts = kept.putArray("properties");
        var happened = kept.putArray("events");
        for (JsonNode group : items(element.path("properties"))) {
            TreeMap<Long, ObjectNode> byTime = new TreeMap<>();
            properties(group, byTime);
            byTime.values().forEach(posts::add);
        }
        for (JsonNode group : items(element.path("events"))) {
            for (Map.Entry<String, JsonNode> entry : group.properties()) {
                JsonNode event = event(entry.getKey(), entry.getValue());
                if (event != null) {
                    happened.addObject().set(entry.getKey(), event);
                }
            }
        }
        return posts.isEmpty() && happened.isEmpty() ? null : fact(FactKind.HISTORY, "", kept);
    }

    private void properties(JsonNode properties, TreeMap<Long, ObjectNode> posts) {
        for (Map.Entry<String, JsonNode> entry : properties.properties()) {
            CompiledModel.PropertyCheck check = model.property(entry.getKey());
            for (JsonNode item : series(entry.getValue(), check)) {
                values++;
                String fault =
                        check == null
                                ? "no such property"
                                : fault(check.type(), item.path(VALUE), item);
                if (fault != null) {
                    faults.add(new PostReader.Fault(entry.getKey(), fault));
                    continue;
                }
                ObjectNode post =
                        posts.computeIfAbsent(time(item), t -> Json.MAPPER.createObjectNode());
                ObjectNode wrapped = post.putObject(entry.getKey());
                wrapped.set(VALUE, item.get(VALUE));
                wrapped.put(TIME, time(item));
            }
        }
    }

    private @Nullable JsonNode event(String identifier, JsonNode item) {
        events++;
        EventCheck check = model.event(identifier);
        String fault =
                check == null ? "no such event" : fault(check.output(), item.path(VALUE), item);
        if (fault != null) {
            faults.add(new PostReader.Fault(identifier, fault));
            return null;
        }
        ObjectNode kept = Json.MAPPER.createObjectNode();
        kept.set(VALUE, item.get(VALUE));
        kept.put(TIME, time(item));
        return kept;
    }

    private static @Nullable String fault(ValueType type, JsonNode value, JsonNode item) {
        JsonNode time = item.path(TIME);
        if (!time.isMissingNode()
                && !(time.isIntegralNumber()
                        && time.canConvertToLong()
                        && time.longValue() >= 0
                        && time.longValue() <= MAX_TIME_MS)) {
            return "time is no number of ms";
        }
        if (value.isMissingNode()) {
            return "no value";
        }
        try (JsonParser p = Json.MAPPER.createParser(value.toString())) {
            p.nextToken();
            return type.check(p);
        } catch (IOException e) {
            return "no JSON";
        }
    }

    private long time(JsonNode item) {
        return item.path(TIME).asLong(nowMs);
    }

    /** An array of wrapped values, one wrapped value, or one bare value. */
    private static Iterable<JsonNode> series(
            JsonNode value, CompiledModel.@Nullable PropertyCheck check) {
        boolean wrapped = value.isObject() && value.has(VALUE);
        if (wrapped) {
            return List.of(value);
        }
        boolean own = check != null && check.type() instanceof ValueType.Array;
        if (value.isArray() && (!own || !value.isEmpty() && value.get(0).has(VALUE))) {
            return value;
        }
        ObjectNode bare = Json.MAPPER.createObjectNode();
        bare.set(VALUE, value);
        return List.of(bare);
    }

    private static Iterable<JsonNode> items(JsonNode list) {
        return list.isArray() ? list : list.isObject() ? List.of(list) : List.of();
    }

    private static Fact fact(FactKind kind, String name, JsonNode payload) {
        return new Fact(kind, name, payload.toString().getBytes(StandardCharsets.UTF_8));
    }
}
