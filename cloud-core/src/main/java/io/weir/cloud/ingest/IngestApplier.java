package io.weir.cloud.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Places;
import io.weir.cloud.facts.Quarantine;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.fact.ShedFact;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns facts into rows: posts, events, latest values, what was shed. Other kinds are other
 * contexts' business.
 */
public final class IngestApplier implements FactApplier {
    public static final FactSpec SPEC =
            new FactSpec("ingest", "ingest", List.of(Lane.values()), true);

    /** The params are not a JSON object that can be stored. */
    private static final String BAD_PARAMS = "BAD_PARAMS";

    private static final long DAYS_KEEP_MS = 60_000;

    private final Tx tx;
    private final Time time;
    private final Places places;
    private final TrafficCounter traffic;
    private final Quarantine quarantine;
    private final Counter posts;
    private final Counter events;
    private final Counter shed;
    private final AtomicLong delayMs = new AtomicLong();
    private volatile Set<LocalDate> kept = Set.of();
    private volatile long keptAt = Long.MIN_VALUE;

    public IngestApplier(
            Tx tx, Time time, Places places, MeterRegistry metrics, TrafficCounter traffic) {
        this.tx = tx;
        this.time = time;
        this.places = places;
        this.traffic = traffic;
        this.quarantine = new Quarantine(SPEC, metrics);
        this.posts = metrics.counter("weir.ingest.posts");
        this.events = metrics.counter("weir.ingest.events");
        this.shed = metrics.counter("weir.ingest.shed.entries");
        metrics.gauge("weir.ingest.delay.ms", delayMs);
    }

    @Override
    public void prepare(List<Frame> frames) {
        long now = time.tick().ms();
        if (kept.isEmpty() || now - keptAt > DAYS_KEEP_MS || !kept.contains(Days.day(time.now()))) {
            kept = tx.system(IngestStore::days);
            keptAt = now;
        }
    }

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        PostBatch batch = new PostBatch(new Days(kept, time.now()));
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                String fault = take(c, batch, frame, entry);
                if (fault != null) {
                    quarantine.put(c, frame, entry, BAD_PARAMS, fault);
                }
            }
        }
        IngestStore.write(c, batch);
    }

    @Override
    public void applied(List<Frame> frames) {
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                Place place = places.get(entry.device());
                if (place != null) {
                    traffic.count(place.tenant());
                }
                switch (entry.kind()) {
                    case PROPERTY_POST -> posts.increment();
                    case EVENT_POST -> events.increment();
                    default -> {}
                }
            }
            if (!frame.entries().isEmpty()) {
                delayMs.set(time.now().toEpochMilli() - frame.entries().getLast().atMs());
            }
        }
    }

    /** What is wrong with the entry, null when nothing is. */
    private @Nullable String take(SqlConnection c, PostBatch batch, Frame frame, Entry entry) {
        try {
            switch (entry.kind()) {
                case PROPERTY_POST -> batch.post(tenant(entry), frame.gateway(), entry);
                case EVENT_POST -> batch.event(tenant(entry), frame.gateway(), entry);
                case HISTORY -> batch.past(tenant(entry), frame.gateway(), entry);
                case SHED -> shed(c, frame, entry);
                default -> {}
            }
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void shed(SqlConnection c, Frame frame, Entry entry) {
        ShedFact fact = Json.read(entry.payload(), ShedFact.class);
        IngestStore.shed(c, frame, entry.atMs(), fact);
        shed.increment(fact.entries());
    }

    private String tenant(Entry entry) {
        Place place = places.get(entry.device());
        if (place == null) {
            throw new IllegalArgumentException("no such device");
        }
        return place.tenant();
    }
}
