package io.weir.cloud.facts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one transaction that makes facts happen exactly once: lease and fencing token, marks under
 * their locks, the context's effect, what was refused, new marks, new positions.
 */
final class BatchTransaction {
    /** Somebody else has taken these partitions. */
    static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Set<Integer> partitions;

        Fenced(Set<Integer> partitions) {
            super("fenced: " + partitions, null, false, false);
            this.partitions = partitions;
        }

        Set<Integer> partitions() {
            return partitions;
        }
    }

    /** An entry is to blame. */
    private static final class Poisoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Poisoned(Throwable cause) {
            super(cause);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(BatchTransaction.class);

    private final FactRuntime runtime;
    private final FactSpec spec;
    private final FactConfig config;
    private final FactApplier applier;
    private final Lane lane;
    private final FactStore store;
    private final Alarms alarms;
    private final Quarantine quarantine;
    private final Counter applied;
    private final Counter dropped;
    private final Counter passedOver;
    private final Timer duration;

    BatchTransaction(
            FactRuntime runtime,
            FactSpec spec,
            FactConfig config,
            FactApplier applier,
            Lane lane,
            FactStore store,
            Alarms alarms) {
        this.runtime = runtime;
        this.spec = spec;
        this.config = config;
        this.applier = applier;
        this.lane = lane;
        this.store = store;
        this.alarms = alarms;
        MeterRegistry registry = runtime.metrics().registry();
        this.quarantine = new Quarantine(spec, registry);
        String[] tags = {"consumer", spec.name(), "lane", lane.name()};
        this.applied = registry.counter("weir.facts.applied", tags);
        this.dropped = registry.counter("weir.facts.frames.dropped", tags);
        this.passedOver = registry.counter("weir.facts.frames.passed.over", tags);
        this.duration = registry.timer("weir.facts.transaction", tags);
    }

    /**
     * @param tokens partition -> lease token of all partitions of the batch
     * @return partition -> offset to read again from, since a gap closed
     */
    Map<Integer, Long> run(Batch batch, Map<Integer, Long> tokens) {
        Timer.Sample sample = Timer.start();
        List<Frame> all = batch.frames().stream().map(MarkFlow.Placed::frame).toList();
        if (spec.checked()) {
            Assignment.load(runtime.places(), all, entry -> true);
        }
        applier.prepare(all);
        Outcome outcome;
        try {
            outcome = runtime.tx().system(tx -> once(tx, batch, tokens, false));
        } catch (Poisoned e) {
            outcome = runtime.tx().system(tx -> once(tx, batch, tokens, true));
        }
        sample.stop(duration);
        tell(outcome);
        if (!outcome.effective().isEmpty()) {
            tellApplier(outcome.effective());
        }
        return outcome.plan().rewinds();
    }

    /** It is committed: whatever happens here, nothing is undone. */
    private void tellApplier(List<Frame> frames) {
        try {
            applier.applied(frames);
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("{}: after the commit", spec.name(), e);
        }
    }

    private record Outcome(
            MarkFlow.Plan plan, List<Frame> effective, List<Quarantine.Refused> refused) {}

    private Outcome once(
            SqlConnection tx, Batch batch, Map<Integer, Long> tokens, boolean carefully) {
        checkLeases(tx, tokens);
        Map<Mark.Key, Mark> marks = store.marks(tx, lane, batch.keys());
        MarkFlow.Plan plan = MarkFlow.judge(marks, batch.frames());
        List<Quarantine.Refused> refused = new ArrayList<>();
        List<Frame> effective = spec.checked() ? assigned(plan.apply(), refused) : plan.apply();
        if (!effective.isEmpty()) {
            apply(tx, effective, carefully);
        }
        quarantine.put(tx, refused);
        for (Batch.Unreadable u : batch.unreadable()) {
            quarantine.putRecord(
                    tx, lane, u.partition(), u.offset(), u.bytes(), u.reason(), u.detail());
        }
        if (!plan.marks().isEmpty()) {
            store.saveMarks(tx, lane, plan.marks());
        }
        Map<Integer, Long> positions = new HashMap<>(batch.next());
        positions.putAll(plan.rewinds());
        store.savePositions(tx, lane, positions);
        return new Outcome(plan, effective, refused);
    }

    private void checkLeases(SqlConnection tx, Map<Integer, Long> tokens) {
        List<Integer> held = store.leasesHeld(tx, lane, tokens, config.leaseTtl());
        if (held.size() < tokens.size()) {
            Set<Integer> lost = new HashSet<>(tokens.keySet());
            held.forEach(lost::remove);
            throw new Fenced(lost);
        }
    }

    private void apply(SqlConnection tx, List<Frame> frames, boolean carefully) {
        if (carefully) {
            new Splitter(applier, quarantine, tx).apply(frames);
            return;
        }
        try {
            applier.apply(tx, frames);
        } catch (RuntimeException e) {
            throw Blame.entry(e) ? new Poisoned(e) : e;
        }
    }

    /** Without the entries of devices that aren't the gateway's. */
    private List<Frame> assigned(List<Frame> frames, List<Quarantine.Refused> refused) {
        List<Frame> kept = new ArrayList<>(frames.size());
        for (Frame frame : frames) {
            List<Entry> entries = null;
            for (int i = 0; i < frame.entries().size(); i++) {
                Entry entry = frame.entries().get(i);
                boolean ours =
                        entry.device().isEmpty()
                                || Assignment.place(runtime.places(), frame, entry) != null;
                if (ours && entries != null) {
                    entries.add(entry);
                } else if (!ours) {
                    if (entries == null) {
                        entries = new ArrayList<>(frame.entries().subList(0, i));
                    }
                    refused.add(
                            new Quarantine.Refused(
                                    frame, entry, Quarantine.NOT_ASSIGNED, whose(entry)));
                }
            }
            if (entries == null) {
                kept.add(frame);
            } else if (!entries.isEmpty()) {
                kept.add(Splitter.with(frame, entries));
            }
        }
        return kept;
    }

    private String whose(Entry entry) {
        Place place = runtime.places().get(entry.device());
        return place == null ? "no such device" : "assigned to " + place.gateway();
    }

    private void tell(Outcome outcome) {
        MarkFlow.Plan plan = outcome.plan();
        plan.closed().forEach(key -> alarms.resumed(lane, key));
        plan.opened()
                .forEach(
                        key ->
                                alarms.stopped(
                                        lane, key, plan.marks().getOrDefault(key, Mark.NONE)));
        dropped.increment(plan.dropped());
        passedOver.increment(plan.passedOver());
        applied.increment(outcome.effective().stream().mapToInt(f -> f.entries().size()).sum());
    }
}
