package io.weir.runtime.thing;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.Event;
import io.weir.model.thing.Param;
import io.weir.model.thing.Property;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.json.Json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a thing model from TSL (facts: alink.md section 11). Every fault is located; all are told
 * at once. An event may be given by its bare name (O-031): an info event without outputs. Keys that
 * we don't know are let pass, exports of other platforms carry many.
 */
public final class ThingModelReader {
    public static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_FEATURES = 300;
    private static final int MAX_PARAMS = 100;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,49}");
    private static final Set<String> RESERVED =
            Set.of("set", "get", "post", "property", "event", "time", "value");
    private static final Set<String> BUILT_IN =
            Set.of(
                    "thing.event.property.post",
                    "thing.service.property.set",
                    "thing.service.property.get");

    private final Faults faults = new Faults();
    private final DataTypeReader types = new DataTypeReader(faults, this::params);
    private int features;

    private ThingModelReader() {}

    /**
     * @param path how the caller names the model, e.g. {@code thing_model}; begins every located
     *     fault
     * @throws Rejected INVALID with every fault
     */
    public static ThingModel read(String json, String path) {
        if (json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw Rejected.invalid(path, "must have at most " + MAX_BYTES + " bytes");
        }
        JsonNode root;
        try {
            root = Json.tree(json);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid(path, "must be JSON: " + e.getMessage());
        }
        return read(root, path);
    }

    /** The same from a tree, or from a text node that holds the model as JSON text. */
    public static ThingModel read(JsonNode root, String path) {
        if (root.isTextual()) {
            return read(root.textValue(), path);
        }
        var reader = new ThingModelReader();
        ThingModel model = reader.model(root, path);
        if (!reader.faults.none()) {
            throw new Rejected(
                    CommonError.INVALID, path + " is no valid thing model", reader.faults.found());
        }
        return model;
    }

    private ThingModel model(JsonNode root, String path) {
        if (!root.isObject()) {
            faults.add(path, "must be an object with properties, events and services");
            return new ThingModel(List.of(), List.of(), List.of());
        }
        var model =
                new ThingModel(
                        properties(root.path("properties"), path + ".properties"),
                        events(root.path("events"), path + ".events"),
                        services(root.path("services"), path + ".services"));
        if (features > MAX_FEATURES) {
            faults.add(path, "must have at most " + MAX_FEATURES + " features");
        }
        return model;
    }

    private List<Property> properties(JsonNode list, String path) {
        List<Property> properties = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Item item : items(list, path)) {
            JsonNode node = item.node();
            if (!isObject(item)) {
                continue;
            }
            String identifier = identifier(item, seen, true);
            String access = faults.text(node, item.path(), "accessMode", "", 8);
            if (!access.equals("r") && !access.equals("rw")) {
                faults.add(item.path() + ".accessMode", "must be r or rw");
            }
            properties.add(
                    new Property(
                            identifier,
                            faults.text(node, item.path(), "name", identifier, 200),
                            access.equals("rw"),
                            faults.flag(node, item.path(), "required"),
                            types.read(node.path("dataType"), item.path() + ".dataType", 0)));
        }
        return List.copyOf(properties);
    }

    private List<Event> events(JsonNode list, String path) {
        List<Event> events = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Item item : items(list, path)) {
            JsonNode node = item.node();
            if (node.isTextual()) {
                String name = node.textValue();
                check(name, item.path(), seen, true);
                events.add(new Event(name, name, Event.Level.INFO, false, List.of()));
            } else if (isObject(item)) {
                String identifier = identifier(item, seen, true);
                events.add(
                        new Event(
                                identifier,
                                faults.text(node, item.path(), "name", identifier, 200),
                                level(faults.text(node, item.path(), "type", "info", 16), item),
                                faults.flag(node, item.path(), "required"),
                                params(node.path("outputData"), item.path() + ".outputData")));
            }
        }
        return List.copyOf(events);
    }

    private List<Service> services(JsonNode list, String path) {
        List<Service> services = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Item item : items(list, path)) {
            JsonNode node = item.node();
            if (!isObject(item)) {
                continue;
            }
            String identifier = identifier(item, seen, true);
            String call = faults.text(node, item.path(), "callType", "async", 8);
            if (!call.equals("async") && !call.equals("sync")) {
                faults.add(item.path() + ".callType", "must be async or sync");
            }
            services.add(
                    new Service(
                            identifier,
                            faults.text(node, item.path(), "name", identifier, 200),
                            faults.flag(node, item.path(), "required"),
                            call.equals("sync"),
                            params(node.path("inputData"), item.path() + ".inputData"),
                            params(node.path("outputData"), item.path() + ".outputData")));
        }
        return List.copyOf(services);
    }

    private List<Param> params(JsonNode list, String path) {
        return params(list, path, 0);
    }

    private List<Param> params(JsonNode list, String path, int depth) {
        List<Param> params = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        if (list.size() > MAX_PARAMS) {
            faults.add(path, "must have at most " + MAX_PARAMS + " entries");
            return List.of();
        }
        int at = 0;
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            faults.add(path, "must be an array");
        }
        for (JsonNode node : list.isArray() ? list : Json.MAPPER.createArrayNode()) {
            var item = new Item(node, path + "[" + at++ + "]");
            if (!isObject(item)) {
                continue;
            }
            String identifier = identifier(item, seen, false);
            params.add(
                    new Param(
                            identifier,
                            faults.text(node, item.path(), "name", identifier, 200),
                            types.read(node.path("dataType"), item.path() + ".dataType", depth)));
        }
        return List.copyOf(params);
    }

    /** The entries of a list of features, without the built-in ones. */
    private List<Item> items(JsonNode list, String path) {
        if (list.isMissingNode() || list.isNull()) {
            return List.of();
        }
        if (!list.isArray()) {
            faults.add(path, "must be an array");
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        int at = 0;
        for (JsonNode node : list) {
            String where = path + "[" + at++ + "]";
            if (!BUILT_IN.contains(node.path("method").asText())) {
                items.add(new Item(node, where));
            }
        }
        features += items.size();
        return items;
    }

    private boolean isObject(Item item) {
        if (!item.node().isObject()) {
            faults.add(item.path(), "must be an object");
        }
        return item.node().isObject();
    }

    private String identifier(Item item, Set<String> seen, boolean feature) {
        String identifier = faults.text(item.node(), item.path(), "identifier", "", 200);
        check(identifier, item.path() + ".identifier", seen, feature);
        return identifier;
    }

    private void check(String identifier, String path, Set<String> seen, boolean feature) {
        if (!IDENTIFIER.matcher(identifier).matches()) {
            faults.add(path, "must be 1 to 50 letters, digits or _, not beginning with _");
        } else if (feature && RESERVED.contains(identifier)) {
            faults.add(path, "is a reserved word");
        } else if (!seen.add(identifier)) {
            faults.add(path, "occurs twice");
        }
    }

    private Event.Level level(String word, Item item) {
        return switch (word) {
            case "info" -> Event.Level.INFO;
            case "alert" -> Event.Level.ALERT;
            case "error" -> Event.Level.ERROR;
            default -> {
                faults.add(item.path() + ".type", "must be info, alert or error");
                yield Event.Level.INFO;
            }
        };
    }

    private record Item(JsonNode node, String path) {}

    /** The word of a level in TSL. */
    static String word(Event.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
