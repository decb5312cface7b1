package io.weir.edge.alink;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.Counter;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;

/** The counters among the properties of one moment of a batch. */
final class SeriesCounters implements CounterSource {
    private final Map<Counter, JsonNode> told = new EnumMap<>(Counter.class);

    /**
     * @param post {@code {"k":{"value":v,"time":ms}}}, held against the model already
     */
    SeriesCounters(JsonNode post, CompiledModel model) {
        for (Map.Entry<String, JsonNode> entry : post.properties()) {
            CompiledModel.PropertyCheck check = model.property(entry.getKey());
            if (check != null && check.counter() != Counter.NONE) {
                told.put(check.counter(), entry.getValue().path("value"));
            }
        }
    }

    @Override
    public boolean has(Counter counter) {
        return told.containsKey(counter);
    }

    @Override
    public long value(Counter counter) {
        JsonNode value = told.get(counter);
        return value == null ? 0 : value.longValue();
    }

    @Override
    public @Nullable String bootId() {
        JsonNode boot = told.get(Counter.BOOT_ID);
        return boot == null ? null : boot.textValue();
    }
}
