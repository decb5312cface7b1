package io.weir.cloud.system;

import io.vertx.core.json.JsonObject;
import io.weir.runtime.config.Config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Settings as they are in force, for people's eyes: what is named like a secret is struck out. */
public final class EffectiveSettings {
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(secret|password|pwd|token|credential).*");
    private static final String STRUCK = "***";

    private EffectiveSettings() {}

    /**
     * Of one verticle.
     *
     * @param env the environment, which overrides
     */
    public static Map<String, Object> of(
            String verticle, JsonObject config, Map<String, String> env) {
        Map<String, Object> settings = new TreeMap<>();
        for (String name : config.fieldNames()) {
            String given = env.get(Config.variable(verticle, name));
            Object value = given == null ? config.getValue(name) : given;
            boolean secret = SECRET.matcher(name).matches() && value instanceof String;
            settings.put(
                    name,
                    secret && !value.equals("") && !isDuration(value) ? STRUCK : plain(value));
        }
        return settings;
    }

    /** How long a token lives is none. */
    private static boolean isDuration(Object value) {
        return String.valueOf(value).matches("P[0-9TDHMS.]+");
    }

    private static Object plain(Object value) {
        return value instanceof JsonObject nested ? nested.getMap() : value;
    }
}
