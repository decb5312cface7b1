package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Any product by its thing model (TSL, alink.md section 11): random values within each property's
 * range, numbers that wander in small steps, now and then one of its events; it says yes to every
 * service with an output that fits.
 */
final class ThingFlow implements Model {
    private static final int EVENT_PERCENT = 2;
    private static final int WANDER_PARTS = 50;
    private static final int ITEMS_MAX = 4;
    private static final int TEXT_MAX = 12;
    private static final long SPAN_MAX = 1_000_000;
    private static final int DECIMALS = 2;

    private final JsonNode model;
    private final RandomGenerator random;
    private final Map<String, Double> wandering = new LinkedHashMap<>();

    /**
     * @param model TSL
     */
    ThingFlow(JsonNode model, RandomGenerator random) {
        this.model = model;
        this.random = random;
    }

    @Override
    public List<Say> report(long at) {
        List<Say> all = new ArrayList<>();
        all.add(new Say.Properties(values(model.path("properties"), "", at)));
        JsonNode events = model.path("events");
        if (events.size() > 0 && random.nextInt(100) < EVENT_PERCENT) {
            JsonNode event = events.get(random.nextInt(events.size()));
            String name = event.path("identifier").asText();
            if (!name.equals("post")) { // built in: the property post itself
                all.add(new Say.Event(name, values(event.path("outputData"), name, at)));
            }
        }
        return all;
    }

    @Override
    public List<Say> command(String service, String id, JsonNode params, long at) {
        if (service.equals("property/set")) {
            return List.of(new Say.Answer(service, id, FINE, Map.of()));
        }
        for (JsonNode s : model.path("services")) {
            if (s.path("identifier").asText().equals(service)) {
                Map<String, Object> output = values(s.path("outputData"), service, at);
                return List.of(new Say.Answer(service, id, FINE, output));
            }
        }
        return List.of(new Say.Answer(service, id, UNKNOWN_SERVICE, Map.of()));
    }

    @Override
    public List<Say> wake(long at) {
        return List.of();
    }

    @Override
    public long nextAt() {
        return Long.MAX_VALUE;
    }

    @Override
    public void powerLost(long at) {
        // it keeps nothing but its last values
    }

    @Override
    public void powerBack(long at, boolean counters) {
        if (!counters) {
            wandering.clear();
        }
    }

    private Map<String, Object> values(JsonNode params, String path, long at) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (JsonNode param : params) {
            String name = param.path("identifier").asText();
            values.put(name, value(param.path("dataType"), path + "/" + name, at));
        }
        return values;
    }

    private Object value(JsonNode type, String path, long at) {
        JsonNode specs = type.path("specs");
        return switch (type.path("type").asText()) {
            case "int" -> (long) Math.floor(number(specs, path));
            case "bool" -> random.nextInt(2);
            case "enum" -> label(specs);
            case "date" -> String.valueOf(at);
            case "array" -> items(specs, path, at);
            case "struct" -> values(specs, path, at);
            case "text" -> text(specs.path("length").asInt(TEXT_MAX));
            default -> decimal(specs, path);
        };
    }

    private BigDecimal decimal(JsonNode specs, String path) {
        BigDecimal exact = BigDecimal.valueOf(number(specs, path));
        BigDecimal least = BigDecimal.valueOf(bound(specs, "min", 0));
        return exact.setScale(DECIMALS, RoundingMode.DOWN).max(least);
    }

    private double number(JsonNode specs, String path) {
        double min = bound(specs, "min", 0);
        double max = Math.max(min, Math.min(bound(specs, "max", 100), min + SPAN_MAX));
        double last = wandering.getOrDefault(path, min + random.nextDouble() * (max - min));
        double step = (random.nextDouble() - 0.5) * (max - min) / WANDER_PARTS;
        double now = Math.clamp(last + step, min, max);
        wandering.put(path, now);
        return now;
    }

    private static double bound(JsonNode specs, String name, double otherwise) {
        return specs.path(name).asDouble(otherwise);
    }

    private Object label(JsonNode specs) {
        List<String> keys = new ArrayList<>();
        specs.fieldNames().forEachRemaining(keys::add);
        return keys.isEmpty() ? 0 : Integer.parseInt(keys.get(random.nextInt(keys.size())));
    }

    private List<Object> items(JsonNode specs, String path, long at) {
        int most = Math.clamp(specs.path("size").asInt(1), 1, ITEMS_MAX);
        List<Object> items = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            items.add(value(specs.path("item"), path + "/" + i, at));
        }
        return items;
    }

    private String text(int longest) {
        int length = random.nextInt(Math.clamp(longest, 0, TEXT_MAX) + 1);
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
