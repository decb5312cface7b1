package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.cloud.dispense.GatewayClock.Key;
import io.weir.cloud.facts.Assignment;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.Places;
import io.weir.cloud.facts.Quarantine;
import io.weir.model.access.Scope;
import io.weir.model.dispense.DispenseState;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What the edge tells of dispenses, applied in the transaction of the marks: the rows, what the
 * ledger must be told of them, the streams' clocks, faults and unattributed flow.
 *
 * <p>A fact of a dispense is taken from the gateway that the command went to, whichever gateway the
 * device is assigned to by now: an end must not get lost by a change of assignment. Facts of a
 * device itself are taken from the gateway that it is assigned to.
 */
final class DispenseFacts implements FactApplier {
    private static final Set<String> OF_DEVICES =
            Set.of("unattributed", "rested", "faulted", "cleared");
    static final String FOREIGN = "NOT_THIS_GATEWAYS";
    static final String UNKNOWN = "UNKNOWN_DISPENSE";

    private final Tx tx;
    private final Time time;
    private final DispenseBook book;
    private final DispenseNews news;
    private final Places places;
    private final Quarantine quarantine;
    private final SliceFacts slices;
    private final Takeovers takeovers;
    private final DispenseStore dispenses = new DispenseStore();
    private final ClockStore clocks = new ClockStore();
    private final FaultStore faults = new FaultStore();
    private final UnattributedStore unattributed = new UnattributedStore();

    /**
     * Dispenses touched since the last news. A rollback leaves them here, which makes news
     * superfluous, never wrong.
     */
    private final Set<String> touched = ConcurrentHashMap.newKeySet();

    DispenseFacts(
            Tx tx,
            Time time,
            DispenseBook book,
            DispenseNews news,
            Places places,
            Quarantine quarantine) {
        this.tx = tx;
        this.time = time;
        this.book = book;
        this.news = news;
        this.places = places;
        this.quarantine = quarantine;
        this.slices = new SliceFacts(time, quarantine);
        this.takeovers = new Takeovers(book);
    }

    /** Whose devices are these? Asked outside the transaction. */
    @Override
    public void prepare(List<Frame> frames) {
        Assignment.load(places, frames, DispenseFacts::tellsOfDevice);
    }

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        Set<Key> keys = new HashSet<>();
        frames.forEach(f -> keys.add(new Key(f.gateway(), f.journal(), f.partition())));
        Map<Key, GatewayClock> now = clocks.load(c, keys);
        Map<String, List<Placed>> told = new LinkedHashMap<>();
        Set<String> counted = new HashSet<>();
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                GatewayClock clock = tick(now, frame, entry);
                if (entry.kind() == FactKind.DISPENSE) {
                    sort(c, frame, entry, clock.clock().streamMs(), told);
                    if (tellsOfCounter(entry)) {
                        counted.add(entry.device());
                    }
                } else if (entry.kind() == FactKind.SLICE) {
                    slices.apply(c, frame, entry);
                }
            }
        }
        counted.addAll(dispenses(c, told));
        if (!counted.isEmpty()) {
            touched.addAll(takeovers.join(c, counted));
        }
        clocks.save(c, now.values());
        overdue(c, now);
    }

    /** After the commit: what listeners see is read anew, so it is what was committed. */
    @Override
    public void applied(List<Frame> frames) {
        Set<String> ids = Set.copyOf(touched);
        if (!ids.isEmpty()) {
            touched.removeAll(ids);
            List<Dispense> changed = tx.system(c -> dispenses.find(c, Scope.PLATFORM, ids));
            changed.forEach(news::changed);
            changed.stream().filter(d -> !Views.mayRun(d)).forEach(d -> news.settlementDue(d.id()));
        }
        eachDeviceFact(frames, this::announce);
    }

    private record Placed(Frame frame, Entry entry, Told told) {
        SliceFacts.First first() {
            return new SliceFacts.First(frame, entry, told.fact());
        }
    }

    private static GatewayClock tick(Map<Key, GatewayClock> now, Frame frame, Entry entry) {
        Key key = new Key(frame.gateway(), frame.journal(), frame.partition());
        GatewayClock before = now.get(key);
        if (before == null) {
            throw new IllegalStateException("no clock for " + key);
        }
        GatewayClock after = before.advance(frame.boot(), entry.tickMs());
        now.put(key, after);
        return after;
    }

    private void sort(
            SqlConnection c,
            Frame frame,
            Entry entry,
            long streamMs,
            Map<String, List<Placed>> told) {
        DispenseFact fact = Json.read(entry.payload(), DispenseFact.class);
        String dispense = dispenseOf(fact);
        if (dispense == null) {
            ofDevice(c, frame, entry, fact);
        } else {
            Told input = new Told(fact, frame.journal(), frame.partition(), streamMs);
            told.computeIfAbsent(dispense, id -> new ArrayList<>())
                    .add(new Placed(frame, entry, input));
        }
    }

    /** The dispense that a fact tells of; null when it tells of a device. */
    private static @Nullable String dispenseOf(DispenseFact fact) {
        return switch (fact) {
            case DispenseFact.Intent f -> f.dispenseId();
            case DispenseFact.Refused f -> f.dispenseId();
            case DispenseFact.Running f -> f.dispenseId();
            case DispenseFact.Progress f -> f.dispenseId();
            case DispenseFact.Stopping f -> f.dispenseId();
            case DispenseFact.Ended f -> f.dispenseId();
            case DispenseFact.Unattributed f -> null;
            case DispenseFact.Rested f -> null;
            case DispenseFact.Faulted f -> null;
            case DispenseFact.Cleared f -> null;
        };
    }

    /** The devices whose dispenses changed. */
    private Set<String> dispenses(SqlConnection c, Map<String, List<Placed>> told) {
        if (told.isEmpty()) {
            return Set.of();
        }
        Map<String, Dispense> known = new HashMap<>();
        dispenses.lock(c, Scope.PLATFORM, told.keySet()).forEach(d -> known.put(d.id(), d));
        Map<String, SliceFacts.First> unknown = new LinkedHashMap<>();
        told.forEach((id, facts) -> unknown.put(id, facts.getFirst().first()));
        unknown.keySet().removeAll(known.keySet());
        Map<String, Dispense> born = slices.debited(c, unknown);
        known.putAll(born);
        List<Dispense> changed = new ArrayList<>();
        told.forEach(
                (id, facts) -> {
                    Dispense d = known.get(id);
                    if (d == null || neverCommanded(d)) {
                        facts.forEach(p -> putAway(c, p, UNKNOWN));
                    } else {
                        Outcome outcome = book.stepAll(c, d, own(c, d, facts));
                        if (outcome.changed() || born.containsKey(id)) {
                            changed.add(outcome.dispense());
                        }
                    }
                });
        dispenses.save(c, changed, time.now());
        changed.forEach(d -> touched.add(d.id()));
        return changed.stream().map(d -> d.order().deviceId()).collect(Collectors.toSet());
    }

    /**
     * Without a command there is nothing to tell of, unless this database went back in time: then
     * the dispense's hold was after that time, and it is as unknown as one whose row is missing.
     */
    private static boolean neverCommanded(Dispense d) {
        Course course = d.course();
        return course.state() == DispenseState.CREATED
                || course.state() == DispenseState.VOIDED
                        && course.hold() == null
                        && d.order().hold().isPositive();
    }

    private List<Told> own(SqlConnection c, Dispense d, List<Placed> facts) {
        List<Told> own = new ArrayList<>();
        for (Placed p : facts) {
            if (p.frame().gateway().equals(d.order().gateway())
                    && p.entry().device().equals(d.order().deviceId())) {
                own.add(p.told());
            } else {
                putAway(c, p, FOREIGN);
            }
        }
        return own;
    }

    private void putAway(SqlConnection c, Placed p, String reason) {
        quarantine.put(c, p.frame(), p.entry(), reason, "fact " + p.entry().name());
    }

    private void ofDevice(SqlConnection c, Frame frame, Entry entry, DispenseFact fact) {
        Place place = Assignment.place(places, frame, entry);
        if (place == null) {
            quarantine.put(c, frame, entry, Quarantine.NOT_ASSIGNED, "fact " + entry.name());
            return;
        }
        String device = entry.device();
        switch (fact) {
            case DispenseFact.Unattributed f ->
                    unattributed.insert(c, place, frame.gateway(), f, time.now());
            case DispenseFact.Rested f ->
                    takeovers.sighted(c, place, frame.gateway(), f, time.now());
            case DispenseFact.Faulted f ->
                    faults.faulted(c, place.tenant(), device, f.dispenseId(), f.code(), time.now());
            case DispenseFact.Cleared f ->
                    faults.cleared(c, Scope.PLATFORM, device, frame.gateway(), time.now());
            default -> {}
        }
    }

    /** Stream time is over for some: they are settled at their last counters. */
    private void overdue(SqlConnection c, Map<Key, GatewayClock> now) {
        for (String id : dispenses.overdue(c, now.values())) {
            book.step(c, Scope.PLATFORM, id, new EndOverdue());
            touched.add(id);
        }
    }

    private void announce(Frame frame, Entry entry) {
        Place place = Assignment.place(places, frame, entry);
        if (place == null) {
            return;
        }
        DispenseFact fact = Json.read(entry.payload(), DispenseFact.class);
        switch (fact) {
            case DispenseFact.Unattributed f ->
                    news.unattributed(place.tenant(), entry.device(), f.ml());
            case DispenseFact.Faulted f ->
                    news.fault(place.tenant(), entry.device(), true, f.code());
            case DispenseFact.Cleared f -> news.fault(place.tenant(), entry.device(), false, null);
            default -> {}
        }
    }

    private static boolean tellsOfDevice(Entry entry) {
        return entry.kind() == FactKind.DISPENSE && OF_DEVICES.contains(entry.name());
    }

    private static boolean tellsOfCounter(Entry entry) {
        return entry.name().equals("unattributed") || entry.name().equals("rested");
    }

    private interface DeviceFact {
        void take(Frame frame, Entry entry);
    }

    /** Facts that tell of a device, by the name that the edge gives the entry. */
    private static void eachDeviceFact(List<Frame> frames, DeviceFact consumer) {
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                if (tellsOfDevice(entry)) {
                    consumer.take(frame, entry);
                }
            }
        }
    }
}
