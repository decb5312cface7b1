package io.weir.runtime.config;

import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Settings as a typed record. Sources, later ones win: {@code verticles.json} < mounted file <
 * environment {@code WEIR_<NAME>_<COMPONENT>}. Missing, unknown and ill-typed keys are all
 * collected, so that a start fails once with every error listed.
 */
public final class Config {
    private final Map<String, String> env;
    private final List<String> errors = new ArrayList<>();

    public Config(Map<String, String> env) {
        this.env = env;
    }

    /** Every fault met so far, one line each. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Throws with all faults when there are any. */
    public void check() {
        if (!errors.isEmpty()) {
            throw new IllegalStateException("settings:\n  " + String.join("\n  ", errors));
        }
    }

    /**
     * Reads a record of int, long, boolean, String, Duration (ISO 8601), enum and List of String
     * components.
     *
     * @param name the verticle's logical name, e.g. {@code edge-http}; the environment prefix is
     *     {@code WEIR_EDGE_HTTP_}
     * @return null when a fault was found; {@link #check} will throw
     */
    public <C extends Record> @Nullable C read(String name, JsonObject json, Class<C> type) {
        int faultsBefore = errors.size();
        RecordComponent[] components = type.getRecordComponents();
        Set<String> unknown = new HashSet<>(json.fieldNames());
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent c = components[i];
            unknown.remove(c.getName());
            String variable = variable(name, c.getName());
            String override = env.containsKey(variable) ? env.get(variable) : common(c.getName());
            Object raw = override != null ? override : json.getValue(c.getName());
            String where = override != null ? variable : name + "." + c.getName();
            if (raw == null) {
                errors.add(where + ": missing");
            } else {
                values[i] = convert(where, raw, c.getGenericType());
            }
        }
        unknown.stream()
                .sorted()
                .forEach(key -> errors.add(name + "." + key + ": unknown setting"));
        return errors.size() == faultsBefore ? construct(name, type, components, values) : null;
    }

    /** WEIR_BIND holds for every server that has no address of its own. */
    private @Nullable String common(String component) {
        return component.equals("bind") ? env.get("WEIR_BIND") : null;
    }

    public static String variable(String name, String component) {
        String snake = component.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
        return ("WEIR_" + name + "_" + snake).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private <C extends Record> @Nullable C construct(
            String name, Class<C> type, RecordComponent[] components, Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable fault = e.getCause() == null ? e : e.getCause();
            errors.add(name + ": " + fault.getMessage());
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("config record " + type.getName(), e);
        }
    }

    private @Nullable Object convert(String where, Object raw, Type type) {
        String text = String.valueOf(raw).trim();
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            if (type == long.class) {
                return Long.parseLong(text);
            }
            if (type == boolean.class) {
                return bool(text);
            }
            if (type == String.class) {
                return text;
            }
            if (type == Duration.class) {
                return Duration.parse(text);
            }
            if (type == URI.class) {
                return URI.create(text);
            }
            if (type instanceof Class<?> c && c.isEnum()) {
                return constant(c, text);
            }
            if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
                return raw instanceof io.vertx.core.json.JsonArray a
                        ? a.stream().map(String::valueOf).toList()
                        : list(text);
            }
        } catch (IllegalArgumentException | DateTimeParseException e) {
            errors.add(where + ": \"" + text + "\" is not a " + type.getTypeName());
            return null;
        }
        throw new IllegalStateException(where + ": no settings of type " + type);
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object constant(Class<?> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(e -> ((Enum<?>) e).name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    public static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
    }
}
