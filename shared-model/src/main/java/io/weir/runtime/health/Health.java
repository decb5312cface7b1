package io.weir.runtime.health;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What each part says of itself; served at {@code /health/live} and {@code /health/ready} of the
 * management port.
 */
public final class Health {
    /**
     * @param detail numbers and words for an operator, never secrets
     */
    public record Report(boolean ok, Map<String, Object> detail) {
        public static Report up() {
            return new Report(true, Map.of());
        }

        public static Report up(Map<String, Object> detail) {
            return new Report(true, detail);
        }

        public static Report down(String why) {
            return new Report(false, Map.of("why", why));
        }
    }

    private final Map<String, Supplier<Report>> checks = new ConcurrentHashMap<>();
    private final Map<String, Supplier<@Nullable String>> ends = new ConcurrentHashMap<>();

    /** The supplier must answer at once: it tells a state that is already known. */
    public void register(String name, Supplier<Report> check) {
        checks.put(name, check);
    }

    /**
     * Something that only a new start of the process can mend.
     *
     * @param end answers at once why it is over; null while it isn't
     */
    public void registerEnd(String name, Supplier<@Nullable String> end) {
        ends.put(name, end);
    }

    /** Why the process must be started anew, by part; empty while it lives. */
    public Map<String, String> ended() {
        Map<String, String> ended = new TreeMap<>();
        ends.forEach(
                (name, end) -> {
                    String why = end.get();
                    if (why != null) {
                        ended.put(name, why);
                    }
                });
        return ended;
    }

    public Map<String, Report> reports() {
        Map<String, Report> reports = new TreeMap<>();
        checks.forEach((name, check) -> reports.put(name, check.get()));
        return reports;
    }

    public boolean ready() {
        return reports().values().stream().allMatch(Report::ok);
    }
}
