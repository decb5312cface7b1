package io.weir.cloud.dispense;

import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.DispenseInput.Joined;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.edge.metering.TakeoverGate.Line;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What PostgreSQL holds, around the real flows: dispenses, assignment, unordered water, where
 * devices were seen to rest. Only which pairs are joined is a copy of {@link Takeovers}'s SQL,
 * which TakeoverPgTest holds.
 */
final class TakeoverCloud {
    /** A bug that the simulation must notice. */
    enum Fault {
        NONE,
        /** A gateway that the device was never assigned to is believed. */
        BELIEVES_STRANGERS,
        /** A counter is joined though the device booted meanwhile. */
        MERGES_WITHOUT_BOOT,
        /** Water that a dispense was charged for stays nobody's as well. */
        BOOKS_TWICE
    }

    private static final class Row {
        final long ml;
        final @Nullable CounterRange seen;
        boolean attributed;

        @Override
        public String toString() {
            return ml + " ml of " + seen;
        }

        Row(long ml, @Nullable CounterRange seen) {
            this.ml = ml;
            this.seen = seen;
        }
    }

    private record Reading(String boot, long units) {}

    final Map<String, Dispense> dispenses = new LinkedHashMap<>();
    final Map<String, Integer> captures = new HashMap<>();
    final Map<String, Long> released = new HashMap<>();
    private final TakeoverWorld world;
    private final Fault fault;
    private final List<DispenseFact.Rested> sightings = new ArrayList<>();
    private final List<Row> nobodys = new ArrayList<>();
    private final Map<String, StreamClock> clocks = new HashMap<>();
    private final Set<String> former = new LinkedHashSet<>();
    private String gateway;
    private long epochs = 100;
    int refused;

    TakeoverCloud(TakeoverWorld world, Fault fault, String gateway) {
        this.world = world;
        this.fault = fault;
        this.gateway = gateway;
    }

    String gateway() {
        return gateway;
    }

    /** The device was never this gateway's. */
    boolean stranger(String name) {
        return !name.equals(gateway) && !former.contains(name);
    }

    long nextEpoch() {
        return ++epochs;
    }

    /** As the trigger of V0321 does. */
    void assign(String to) {
        if (!to.equals(gateway)) {
            former.add(gateway);
            gateway = to;
        }
    }

    boolean hasOpen() {
        return dispenses.values().stream().anyMatch(d -> d.course().state().isOpen());
    }

    /** A member's order, its hold, and the command about to leave; null when the device is busy. */
    @Nullable Dispense order(TakeoverDevice device, long ml, long seconds) {
        if (hasOpen()) {
            return null;
        }
        String id = "01j8zq3k5n7p9r1t3v5x7z" + (1_000 + dispenses.size());
        Order order =
                new Order(
                        id,
                        "/DEMO/",
                        "DEMO00000000000000AA",
                        "key-" + id,
                        TakeoverWorld.DEVICE,
                        gateway,
                        Outlet.NORMAL,
                        ml,
                        device.mode,
                        device.flow,
                        device.mode == MeasureMode.FLOW_METER
                                ? TakeoverDevice.ML_PER_1000_PULSES
                                : 0,
                        seconds,
                        5_000,
                        (seconds + 60) * 1_000,
                        new Terms(7, Money.ofFen(200), 500, 0, 0, 0, List.of()),
                        new Parties(
                                new Parties.Payee("00000000000000A1", "/DEMO/"),
                                null,
                                null,
                                null,
                                List.of()),
                        Money.ofFen(200).timesHalfUp(ml, 1_000),
                        Instant.ofEpochMilli(world.now()),
                        null);
        dispenses.put(id, new Dispense(order, Course.CREATED, order.created()));
        step(id, new HoldDone("hold-" + id));
        step(id, new CommandLeaving());
        return dispenses.get(id);
    }

    /** One entry of a gateway's journal, in its order. */
    void apply(String teller, String journal, Line line) {
        Entry entry = line.entry();
        StreamClock clock =
                clocks.getOrDefault(journal, StreamClock.UNSEEN)
                        .advance(line.boot(), entry.tickMs());
        clocks.put(journal, clock);
        DispenseFact fact = line.fact();
        if (fact != null) {
            told(teller, journal, fact, clock.streamMs());
        }
        for (Dispense d : List.copyOf(dispenses.values())) {
            boolean runs =
                    d.course().state() == DispenseState.COMMANDED
                            || d.course().state() == DispenseState.RUNNING;
            if (runs
                    && journal.equals(d.course().journal())
                    && d.course().orphanAtMs() <= clock.streamMs()) {
                world.hit("orphan");
                step(d.id(), new EndOverdue());
            }
        }
    }

    /** True when it was taken. */
    boolean told(String teller, String journal, DispenseFact fact, long streamMs) {
        String id = dispenseOf(fact);
        if (id != null) {
            Dispense d = dispenses.get(id);
            if (d == null || !d.order().gateway().equals(teller)) {
                refused++;
                return false;
            }
            step(id, new Told(fact, journal, 0, streamMs));
        } else if (mayTell(teller)) {
            if (fact instanceof DispenseFact.Unattributed f) {
                nobodys.add(new Row(f.ml(), f.seen()));
            } else if (fact instanceof DispenseFact.Rested f) {
                sightings.add(f);
            }
        } else {
            refused++;
            return false;
        }
        join();
        return true;
    }

    private boolean mayTell(String teller) {
        Place place = new Place(TakeoverWorld.DEVICE, "/DEMO/", "pk", gateway, List.copyOf(former));
        return place.mayTell(teller) || fault == Fault.BELIEVES_STRANGERS;
    }

    private static @Nullable String dispenseOf(DispenseFact fact) {
        return switch (fact) {
            case DispenseFact.Intent f -> f.dispenseId();
            case DispenseFact.Refused f -> f.dispenseId();
            case DispenseFact.Running f -> f.dispenseId();
            case DispenseFact.Progress f -> f.dispenseId();
            case DispenseFact.Stopping f -> f.dispenseId();
            case DispenseFact.Ended f -> f.dispenseId();
            default -> null;
        };
    }

    private void join() {
        List<Dispense> all = List.copyOf(dispenses.values());
        for (int i = 0; i < all.size(); i++) {
            String id = all.get(i).id();
            boolean newest = all.stream().skip(i + 1).noneMatch(TakeoverCloud::mayHavePoured);
            for (DispenseFact.Rested s : sightings) {
                Trail trail = Objects.requireNonNull(dispenses.get(id)).course().trail();
                if (trail != null
                        && (s.dispenseId().equals(id) || s.dispenseId().isEmpty() && newest)) {
                    step(id, new Joined(asPlanted(s.seen(), trail)));
                }
            }
        }
        if (fault != Fault.BOOKS_TWICE) {
            nobodys.forEach(this::attribute);
        }
    }

    private CounterRange asPlanted(CounterRange seen, Trail trail) {
        return fault == Fault.MERGES_WITHOUT_BOOT
                ? new CounterRange(seen.mode(), trail.boot(), seen.from(), seen.to())
                : seen;
    }

    private static boolean mayHavePoured(Dispense d) {
        return d.course().state() != DispenseState.VOIDED;
    }

    private void attribute(Row row) {
        CounterRange seen = row.seen;
        for (Dispense d : dispenses.values()) {
            Trail t = d.course().trail();
            if (seen != null
                    && t != null
                    && mayHavePoured(d)
                    && t.boot().equals(seen.boot())
                    && t.base() < seen.to()
                    && t.high() > seen.from()) {
                row.attributed = true;
            }
        }
    }

    /** What is still nobody's, for whoever must understand it. */
    String nobodys() {
        return nobodys.stream().filter(r -> !r.attributed).toList().toString();
    }

    /** Each row is the difference of two readings in whole units. */
    long nobodysRows() {
        return nobodys.stream().filter(r -> !r.attributed).count();
    }

    /**
     * Water that two gateways saw at once is told by both and shown twice; here it is counted once.
     */
    long nobodysMl() {
        Set<Reading> counted = new HashSet<>();
        long ml = 0;
        for (Row row : nobodys) {
            CounterRange seen = row.seen;
            if (row.attributed) {
                continue;
            }
            if (seen == null) {
                ml += row.ml;
                continue;
            }
            long fresh =
                    LongStream.range(seen.from(), seen.to())
                            .filter(at -> counted.add(new Reading(seen.boot(), at)))
                            .count();
            ml += row.ml * fresh / (seen.to() - seen.from());
        }
        return ml;
    }

    /** Settles what a gateway that is given up had open. */
    void declareLost(String lost) {
        for (Dispense d : List.copyOf(dispenses.values())) {
            if (d.order().gateway().equals(lost)) {
                step(d.id(), new EndOverdue());
            }
        }
    }

    private void step(String id, DispenseInput input) {
        Dispense before = Objects.requireNonNull(dispenses.get(id));
        DispenseFlow.Outcome outcome = DispenseFlow.apply(before, input);
        dispenses.put(id, outcome.dispense());
        if (input instanceof Joined && before.course().settledMl() == null && outcome.changed()) {
            world.hit("joined");
        } else if (input instanceof Joined && !outcome.postings().isEmpty()) {
            world.hit("joined late");
        }
        for (Posting p : outcome.postings()) {
            switch (p.kind()) {
                case CAPTURE -> {
                    captures.merge(id, 1, Integer::sum);
                    step(id, new Captured());
                }
                case RELEASE -> released.merge(id, p.amount().fen(), Long::sum);
                case CORRECT -> world.hit("corrected");
                case BAD_DEBT -> world.hit("bad debt");
                default -> throw new AssertionError("unexpected " + p);
            }
        }
    }
}
