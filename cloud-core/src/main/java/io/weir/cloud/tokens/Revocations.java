package io.weir.cloud.tokens;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The sessions that ended while a token of theirs may still be alive, in memory on every node: told
 * by signal at once, read from PostgreSQL every few seconds. Belongs to one event loop.
 */
public final class Revocations {
    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
    // A transaction that ends a session may commit this much after the moment that it writes.
    private static final Duration OVERLAP = Duration.ofSeconds(60);
    // Access tokens live 15 minutes by default and never longer than this.
    private static final Duration LONGEST_TOKEN = Duration.ofHours(1);
    private static final String READ =
            """
            SELECT sid FROM tokens.session
            WHERE ended_at > now() - $1 * interval '1 millisecond'
            """;

    private final Pool system;
    private final Time time;
    private final Map<String, Long> ended = new HashMap<>();
    private volatile long readAtMs;
    private boolean reading;

    public Revocations(Pool system, Time time) {
        this.system = system;
        this.time = time;
    }

    /** Call on the owning event loop; completes after the first reading. */
    public Future<Void> start(Vertx vertx, Bus bus, Duration poll) {
        bus.subscribe(Sessions.ENDED, hint -> hint.sids().forEach(this::note));
        vertx.setPeriodic(poll.toMillis(), t -> poll());
        return read(LONGEST_TOKEN);
    }

    public boolean ended(String sid) {
        return ended.containsKey(sid);
    }

    /** Milliseconds since PostgreSQL was last read. */
    public long ageMs() {
        return time.tick().ms() - readAtMs;
    }

    private void poll() {
        if (reading) {
            return;
        }
        reading = true;
        long gap = ageMs() + OVERLAP.toMillis();
        long oldest = time.tick().ms() - LONGEST_TOKEN.toMillis() - OVERLAP.toMillis();
        ended.values().removeIf(since -> since < oldest);
        read(Duration.ofMillis(Math.min(gap, LONGEST_TOKEN.toMillis())))
                .onComplete(
                        done -> {
                            reading = false;
                            if (done.failed()) {
                                LOG.warn("ended sessions could not be read", done.cause());
                            }
                        });
    }

    private Future<Void> read(Duration back) {
        long asked = time.tick().ms();
        return system.preparedQuery(READ)
                .execute(Tuple.of((double) back.toMillis()))
                .map(
                        rows -> {
                            note(rows);
                            readAtMs = asked;
                            return null;
                        });
    }

    private void note(RowSet<Row> rows) {
        rows.forEach(row -> note(row.getString(0)));
    }

    private void note(String sid) {
        ended.put(sid, time.tick().ms());
    }
}
