package io.weir.edge;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.weir.edge.journal.FactLog;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal in memory: keeps, holds back, or refuses. */
public final class FakeLog implements FactLog {
    public record Logged(Lane lane, Entry entry) {
        public String text() {
            return new String(entry.payload(), StandardCharsets.UTF_8);
        }
    }

    private record Held(Context context, Done done) {}

    public final List<Logged> entries = new CopyOnWriteArrayList<>();
    private final List<Held> held = new ArrayList<>();
    public volatile boolean hold;
    public volatile boolean refuse;

    /** Each property post holds up its event loop for so long. */
    public volatile long slowMs;

    @Override
    public synchronized void append(Lane lane, Entry entry, Done done) {
        if (slowMs > 0 && entry.kind() == FactKind.PROPERTY_POST) {
            try {
                Thread.sleep(slowMs);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (refuse && entry.kind() == FactKind.PROPERTY_POST) {
            done.done(false);
            return;
        }
        entries.add(new Logged(lane, entry));
        Held h = new Held(Vertx.currentContext(), done);
        if (hold) {
            held.add(h);
        } else {
            keep(h);
        }
    }

    /** The fsync of all that was held back. */
    public synchronized void sync() {
        held.forEach(FakeLog::keep);
        held.clear();
    }

    public synchronized int waiting() {
        return held.size();
    }

    public List<Logged> of(FactKind kind) {
        return entries.stream().filter(e -> e.entry().kind() == kind).toList();
    }

    private static void keep(Held h) {
        if (h.context == null) {
            h.done.done(true);
        } else {
            h.context.runOnContext(v -> h.done.done(true));
        }
    }
}
