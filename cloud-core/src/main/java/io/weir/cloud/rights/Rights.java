package io.weir.cloud.rights;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.weir.api.Signal;
import io.weir.runtime.bus.Bus;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Standings and staff in memory, on every node: told by signal at once, else the version is read
 * from PostgreSQL every few seconds and, when it is another one, all of it. Belongs to one event
 * loop. Who knows nothing lets nobody of the staff in.
 */
public final class Rights {
    /** Hint that something changed. */
    public static final Signal<Changed> CHANGED = new Signal<>("rights.changed.v1", Changed.class);

    public record Changed() {}

    /**
     * @param modules null = all
     */
    public record Standing(boolean disabled, boolean unsigned, @Nullable Set<String> modules) {
        private static final Standing GOOD = new Standing(false, false, null);

        public boolean has(String module) {
            return modules == null || modules.contains(module);
        }
    }

    /**
     * @param operations of a custom role; null for a built-in one
     * @param area path of the tenant below that they look after; null: all
     * @param own only of that tenant itself, not of those below it
     */
    public record Staff(
            String role, @Nullable Set<String> operations, @Nullable String area, boolean own) {}

    private static final Logger LOG = LoggerFactory.getLogger(Rights.class);
    private final Pool system;
    private Map<String, Standing> standings = Map.of();
    private Map<String, Staff> staff = Map.of();
    private long version;
    private boolean reading;

    public Rights(Pool system) {
        this.system = system;
    }

    /** Call on the owning event loop; completes after the first reading. */
    public Future<Void> start(Vertx vertx, Bus bus, Duration poll) {
        bus.subscribe(CHANGED, hint -> poll());
        vertx.setPeriodic(poll.toMillis(), t -> poll());
        return read();
    }

    /** Of a tenant together with all that it stands below. */
    public Standing standing(String path) {
        Standing whole = Standing.GOOD;
        for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            Standing part = standings.get(path.substring(0, end + 1));
            if (part != null) {
                whole =
                        new Standing(
                                whole.disabled() || part.disabled(),
                                whole.unsigned() || part.unsigned(),
                                both(whole.modules(), part.modules()));
            }
        }
        return whole;
    }

    /** What a tenant above doesn't have, none below it has. */
    private static @Nullable Set<String> both(@Nullable Set<String> a, @Nullable Set<String> b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        Set<String> both = new HashSet<>(a);
        both.retainAll(b);
        return both;
    }

    /** Null for who is none, or no longer. */
    public @Nullable Staff staff(String uid) {
        return staff.get(uid);
    }

    private void poll() {
        if (reading) {
            return;
        }
        reading = true;
        read().onComplete(
                        done -> {
                            reading = false;
                            if (done.failed()) {
                                LOG.warn("rights could not be read", done.cause());
                            }
                        });
    }

    /** The version first: what changes meanwhile is read again. */
    private Future<Void> read() {
        return RightsStore.version(system)
                .compose(
                        now -> {
                            return now == version
                                    ? Future.succeededFuture()
                                    : Future.all(
                                                    RightsStore.standings(system),
                                                    RightsStore.staff(system))
                                            .map(
                                                    both -> {
                                                        standings = both.resultAt(0);
                                                        staff = both.resultAt(1);
                                                        version = now;
                                                        return null;
                                                    });
                        });
    }
}
