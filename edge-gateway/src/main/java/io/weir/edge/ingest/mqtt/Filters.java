package io.weir.edge.ingest.mqtt;

import io.vertx.core.json.JsonObject;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one session has subscribed to. Used under its mailbox's lock. Written without split: it runs
 * for filters that anybody may make up.
 */
final class Filters {
    /** Facts: alink.md section 12. */
    static final int MAX = 100;

    private static final int NONE = -1;

    private final Map<String, Integer> granted = new LinkedHashMap<>(4);

    /** False when there are too many already. */
    boolean add(String filter, int qos) {
        if (granted.size() >= MAX && !granted.containsKey(filter)) {
            return false;
        }
        granted.put(filter, qos);
        return true;
    }

    /** False when there was none. */
    boolean remove(String filter) {
        return granted.remove(filter) != null;
    }

    void clear() {
        granted.clear();
    }

    int size() {
        return granted.size();
    }

    /** The highest QoS granted to any filter that matches, -1 when none does. */
    int granted(String topic) {
        int best = NONE;
        for (Map.Entry<String, Integer> e : granted.entrySet()) {
            if (e.getValue() > best && matches(e.getKey(), topic)) {
                best = e.getValue();
            }
        }
        return best;
    }

    JsonObject json() {
        JsonObject all = new JsonObject();
        granted.forEach(all::put);
        return all;
    }

    void read(JsonObject all) {
        all.forEach(e -> granted.put(e.getKey(), (Integer) e.getValue()));
    }

    /** MQTT section 4.7.1: + and # stand for a whole level, # only at the end. */
    static boolean valid(String filter) {
        int length = filter.length();
        for (int i = 0; i < length; i++) {
            char c = filter.charAt(i);
            boolean first = i == 0 || filter.charAt(i - 1) == '/';
            boolean last = i == length - 1;
            if (c == '#' && !(first && last)) {
                return false;
            }
            if (c == '+' && !(first && (last || filter.charAt(i + 1) == '/'))) {
                return false;
            }
        }
        return length > 0;
    }

    /**
     * MQTT section 4.7.
     *
     * @param filter a valid one
     */
    static boolean matches(String filter, String topic) {
        int f = 0;
        int t = 0;
        while (f < filter.length()) {
            char c = filter.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                int slash = topic.indexOf('/', t);
                t = slash < 0 ? topic.length() : slash;
                f++;
            } else if (t < topic.length() && topic.charAt(t) == c) {
                t++;
                f++;
            } else {
                // "a/#" matches "a" too.
                return t == topic.length() && filter.startsWith("/#", f);
            }
        }
        return t == topic.length();
    }
}
