package io.weir.runtime.deploy;

import io.vertx.core.Deployable;
import io.vertx.core.json.JsonObject;
import io.weir.runtime.config.Config;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Logical verticle name -> how to make one from its settings record. No reflection, no scan: a name
 * means one class.
 */
public final class VerticleRegistry {
    private record Maker<C extends Record>(Class<C> config, Function<C, Deployable> make) {
        @Nullable Supplier<Deployable> prepare(String name, JsonObject json, Config reader) {
            C settings = reader.read(name, json, config);
            return settings == null ? null : () -> make.apply(settings);
        }
    }

    private final Map<String, Maker<?>> makers = new TreeMap<>();

    public <C extends Record> VerticleRegistry add(
            String name, Class<C> config, Function<C, Deployable> make) {
        if (makers.put(name, new Maker<>(config, make)) != null) {
            throw new IllegalStateException("verticle " + name + " is registered twice");
        }
        return this;
    }

    /** Name -> its settings record: what verticles.json must fit. */
    public Map<String, Class<? extends Record>> settings() {
        Map<String, Class<? extends Record>> types = new TreeMap<>();
        makers.forEach((name, maker) -> types.put(name, maker.config()));
        return types;
    }

    public Set<String> names() {
        return makers.keySet();
    }

    /**
     * The supplier of the verticle's instances; null when its settings are wrong (the faults stand
     * in the reader).
     */
    @Nullable Supplier<Deployable> prepare(Descriptor.Entry entry, Config reader) {
        Maker<?> maker = makers.get(entry.name());
        if (maker == null) {
            throw new IllegalStateException(
                    "verticles.json names " + entry.name() + ", known are " + names());
        }
        return maker.prepare(entry.name(), entry.config(), reader);
    }
}
