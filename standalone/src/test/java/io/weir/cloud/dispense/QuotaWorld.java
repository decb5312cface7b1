package io.weir.cloud.dispense;

import io.weir.api.dispense.SliceApi.Slices;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.cloud.dispense.PaidSlice.Standing;
import io.weir.cloud.dispense.QuotaGate.Disk;
import io.weir.cloud.dispense.QuotaGate.Entry;
import io.weir.cloud.dispense.QuotaGate.Pour;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.StartBy;
import io.weir.runtime.crypto.Signer;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Cloud and gateway around the real flows of both, in one seeded schedule of everything that can go
 * wrong: cuts, kills between any two steps, duplicate and reordered facts, clock steps, lost and
 * cloned disks, recalls, an operator who frees what is still out. The truth is the valve's own
 * count, {@link #pours}.
 */
final class QuotaWorld {
    /** A bug that the simulation must notice. */
    enum Fault {
        NONE,
        /** The valve opens before the debit is on the disk. */
        DEBIT_AFTER_OPENING,
        /** An expired slice's money goes back without the gateway's statement. */
        FREED_BY_CLOCK
    }

    static final Map<String, Signer> SIGNERS = new HashMap<>();
    private static final SliceKey KEY = new SliceKey(new byte[32]);
    private static final Map<String, String> CODES = new HashMap<>();
    private static final long HOUR_MS = 3_600_000;
    private static final List<Long> STEPS_MS =
            List.of(0L, 0L, HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -24 * HOUR_MS);
    private static final Money WALLET = Money.ofFen(2_000);

    private record Hold(long fen, String state, long charged) {}

    final Fault fault;
    private final Random random;
    private final Map<String, Integer> hits;
    long nowMs = 1_800_000_000_000L;
    final List<Pour> pours = new ArrayList<>();

    // what PostgreSQL holds
    private final Map<String, PaidSlice> slices = new LinkedHashMap<>();
    private final Map<String, Dispense> dispenses = new LinkedHashMap<>();
    private final Map<String, Integer> marks = new HashMap<>();
    private final Map<String, String> statementKeys = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Deque<Posting> due = new ArrayDeque<>();
    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private Money wallet = WALLET;
    private Money badDebt = Money.ZERO;
    private final List<String> freed = new ArrayList<>();

    private final List<QuotaGate> gates = new ArrayList<>();
    private final List<Disk> disks = new ArrayList<>();
    private final Map<String, SignedSlice> sealed = new HashMap<>();
    private boolean cut;
    private boolean calm;
    private int boots;

    QuotaWorld(long seed, Fault fault, Map<String, Integer> hits) {
        this.random = new Random(seed);
        this.fault = fault;
        this.hits = hits;
        Disk disk = new Disk("journal-1");
        disks.add(disk);
        gates.add(new QuotaGate(this, disk, "key-a"));
    }

    String nextBoot() {
        return "boot-" + ++boots;
    }

    void hit(String what) {
        hits.merge(what, 1, Integer::sum);
    }

    void run() {
        grant();
        for (int i = 0; i < 80; i++) {
            happen();
        }
        calmDown();
        judge();
    }

    private void happen() {
        nowMs += random.nextInt(4) == 0 ? random.nextLong(HOUR_MS) : random.nextLong(5_000);
        QuotaGate gate = gates.get(random.nextInt(gates.size()));
        switch (random.nextInt(20)) {
            case 0 -> grant();
            case 1, 2, 3 -> pull(gate);
            case 4, 5, 6 -> use(gate);
            case 7, 8 -> gate.sync();
            case 9, 10, 11, 12 -> deliver(gate.disk);
            case 13 -> settle();
            case 14 -> gate.second();
            case 15 -> sweep();
            case 16 -> cut = random.nextInt(3) > 0;
            case 17 -> {
                if (random.nextInt(3) == 0) {
                    hit("killed idle");
                    nowMs += random.nextInt(3) == 0 ? random.nextLong(3 * HOUR_MS) : 0; // off
                    gate.crash();
                } else {
                    use(gate);
                }
            }
            default -> rare(gate);
        }
    }

    private void rare(QuotaGate gate) {
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                hit("clock step");
                gate.clockOffMs = STEPS_MS.get(random.nextInt(STEPS_MS.size()));
            }
            case 2 -> {
                if (random.nextInt(3) == 0) {
                    hit("disk lost");
                    gate.loseDisk("journal-" + (disks.size() + 1));
                    disks.add(gate.disk);
                }
            }
            case 3 -> {
                if (gates.size() < 2 && random.nextInt(3) == 0) {
                    hit("disk cloned");
                    Disk copy = new Disk(gate.disk.journal);
                    copy.synced.addAll(gate.disk.synced);
                    copy.cloned = true;
                    gate.disk.cloned = true;
                    disks.add(copy);
                    gates.add(new QuotaGate(this, copy, random.nextBoolean() ? "key-a" : "key-b"));
                }
            }
            case 4, 5 -> pick().ifPresent(s -> step(s.id(), new SliceInput.Recalled()));
            case 6 -> pick().ifPresent(this::free);
            default -> {}
        }
    }

    private java.util.Optional<PaidSlice> pick() {
        return slices.values().stream().skip(random.nextInt(slices.size() + 1)).findFirst();
    }

    private void free(PaidSlice s) {
        SliceState before = s.standing().state();
        step(s.id(), new SliceInput.Freed());
        boolean out = before == SliceState.SERVED || before == SliceState.TAKEN;
        if (out && s.standing() != slices.get(s.id()).standing()) {
            hit("freed by an operator");
            freed.add(s.id());
        }
    }

    private void grant() {
        if (slices.size() > 8) {
            return;
        }
        long hours = 1 + random.nextInt(6);
        long ml = 100 + random.nextInt(900);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String id = "01j8zq3k5n7p9r1t3v5x7z9b" + (10 + slices.size());
            Order order =
                    new Order(
                            id,
                            "/DEMO/",
                            "DEMO00000000000000AA",
                            PaidSlice.key(id),
                            QuotaGate.DEVICE,
                            "edge-1",
                            Outlet.NORMAL,
                            ml,
                            MeasureMode.VOLUME,
                            50,
                            0,
                            60,
                            10_000,
                            370_000,
                            new Terms(7, Money.ofFen(200), 500, 0, 0, 0, List.of()),
                            new Parties(
                                    new Parties.Payee("00000000000000A1", "/DEMO/"),
                                    null,
                                    null,
                                    null,
                                    List.of()),
                            Money.ofFen(200).timesHalfUp(ml, 1_000),
                            Instant.ofEpochMilli(nowMs),
                            null);
            slices.put(
                    id,
                    new PaidSlice(
                            "01j8zq3k5n7p9r1t3v5x7z9b00",
                            GrantKind.WALLET,
                            StartBy.CODE,
                            Instant.ofEpochMilli(nowMs + hours * HOUR_MS),
                            order,
                            Standing.CREATED));
            hold(id);
        }
    }

    private void hold(String id) {
        PaidSlice s = slices.get(id);
        Money price = s.order().hold();
        if (s.standing().state() != SliceState.CREATED || random.nextInt(10) == 0) {
            return; // the answer comes at the next sweep
        }
        if (!holds.containsKey(id)) {
            if (wallet.compareTo(price) < 0) {
                step(id, new SliceInput.HoldRefused());
                hit("hold refused");
                return;
            }
            wallet = wallet.minus(price);
            holds.put(id, new Hold(price.fen(), "HELD", 0));
        }
        step(id, new SliceInput.HoldDone(id));
    }

    private void step(String id, SliceInput input) {
        slices.computeIfPresent(id, (k, s) -> s.with(SliceFlow.apply(s.standing(), input)));
    }

    private void pull(QuotaGate gate) {
        String journal = gate.disk.journal;
        if (cut) {
            return;
        }
        if (!statementKeys
                .computeIfAbsent(journal, j -> gate.statementKey())
                .equals(gate.statementKey())) {
            hit("a clone without the key is refused");
            return;
        }
        List<SignedSlice> signed = new ArrayList<>();
        List<String> recalled = new ArrayList<>();
        for (PaidSlice s : List.copyOf(slices.values())) {
            if (s.standing().state() == SliceState.HELD && s.expires().toEpochMilli() > nowMs) {
                long number = numbers.merge(journal, 1L, Long::sum);
                step(s.id(), new SliceInput.Served(journal, number));
            }
            PaidSlice now = slices.get(s.id());
            boolean mine = journal.equals(now.standing().journal());
            if (mine && now.standing().state() == SliceState.SERVED) {
                signed.add(sealed.computeIfAbsent(now.id(), id -> KEY.signed(now)));
            }
            boolean out =
                    now.standing().state() == SliceState.SERVED
                            || now.standing().state() == SliceState.TAKEN;
            if (mine && out && now.standing().recalled()) {
                recalled.add(now.id());
            }
        }
        if (random.nextInt(5) > 0) {
            gate.pulled(new Slices(signed, recalled, KEY.publicKey(), nowMs));
        } else {
            hit("answer of a pull lost");
        }
    }

    private void use(QuotaGate gate) {
        PaidSlice s =
                gate.readySlice()
                        .filter(id -> random.nextInt(5) > 0)
                        .map(slices::get)
                        .or(this::pick)
                        .orElse(null);
        String code =
                s == null
                        ? "000000000000"
                        : CODES.computeIfAbsent(s.id(), id -> String.valueOf(KEY.code(s)));
        gate.use(code, 50 + random.nextLong(1_200), random.nextInt(8));
    }

    /** The valve opens: water flows, whoever may know of it. */
    void pour(QuotaGate gate, OpenDispense command, long flow) {
        long ml = Math.min(flow, command.orderedMl() + 15);
        pours.add(
                new Pour(
                        command.dispenseId(),
                        gate.disk.journal,
                        ml,
                        nowMs,
                        gate.wallMs(),
                        !gate.disk.cloned,
                        gate.told,
                        gate.darkMs));
    }

    long poured(String dispense, Disk disk) {
        return pours.stream()
                .filter(p -> p.dispense().equals(dispense) && p.journal().equals(disk.journal))
                .mapToLong(Pour::ml)
                .max()
                .orElse(0);
    }

    /** Any frame may come at any time and again; only the next one is applied. */
    private void deliver(Disk disk) {
        if (cut || disk.synced.isEmpty()) {
            return;
        }
        for (int i = 0; i < 4 && !(calm && isDelivered(disk)); i++) {
            int mark = marks.getOrDefault(disk.journal, 0);
            boolean next = calm || random.nextInt(3) > 0;
            int number = next ? mark + 1 : 1 + random.nextInt(disk.synced.size());
            if (number == mark + 1 && number <= disk.synced.size()) {
                marks.put(disk.journal, number);
                apply(disk, disk.synced.get(number - 1));
            } else {
                hit("frame dropped");
            }
        }
    }

    private boolean isDelivered(Disk disk) {
        return marks.getOrDefault(disk.journal, 0) >= disk.synced.size();
    }

    private void apply(Disk disk, Entry entry) {
        switch (entry.fact()) {
            case SliceFact.Taken f ->
                    step(f.signed().slice().dispenseId(), new SliceInput.Taken(disk.journal));
            case SliceFact.Closed f -> {
                String key = statementKeys.getOrDefault(disk.journal, "");
                if (Signer.verified(key, f.statement().words(), f.signature())) {
                    step(f.statement().dispenseId(), new SliceInput.Closed(disk.journal));
                    hit("closed " + f.statement().reason());
                } else {
                    hit("statement under another key");
                }
            }
            case DispenseFact f -> told(disk, f);
            case QuotaGate.Alive a -> {}
            default -> throw new IllegalStateException(entry.toString());
        }
    }

    private void told(Disk disk, DispenseFact fact) {
        String id =
                fact instanceof DispenseFact.Intent i
                        ? i.dispenseId()
                        : ((DispenseFact.Ended) fact).dispenseId();
        PaidSlice slice = slices.get(id);
        if (!dispenses.containsKey(id)) {
            Standing after =
                    SliceFlow.apply(slice.standing(), new SliceInput.Debited(disk.journal));
            if (after.equals(slice.standing())) {
                throw new AssertionError(id + " was spent while " + slice.standing());
            }
            slices.put(id, slice.with(after));
            dispenses.put(id, SliceDebit.born(slice, after, fact, Instant.ofEpochMilli(nowMs)));
            hit(after.late() ? "late debit" : "debit");
        }
        DispenseFlow.Outcome outcome =
                DispenseFlow.apply(dispenses.get(id), new Told(fact, disk.journal, 1, nowMs));
        dispenses.put(id, outcome.dispense());
        due.addAll(outcome.postings());
    }

    /** The ledger, which answers a question again as it did before. */
    private void settle() {
        for (Posting p : List.copyOf(due)) {
            Hold hold = holds.get(p.hold());
            switch (p.kind()) {
                case CAPTURE -> {
                    close(p.hold(), "CAPTURED", p.amount().fen());
                    dispenses.put(
                            p.dispense(),
                            DispenseFlow.apply(dispenses.get(p.dispense()), new Captured())
                                    .dispense());
                }
                case BAD_DEBT -> {
                    if (hold.state().equals("HELD")) {
                        continue; // asked again once the hold is settled
                    }
                    badDebt = badDebt.plus(p.amount());
                }
                default -> throw new AssertionError("unexpected " + p);
            }
            due.remove(p);
        }
        for (PaidSlice s : List.copyOf(slices.values())) {
            if (s.standing().state() == SliceState.RELEASING && (calm || random.nextInt(4) > 0)) {
                close(s.id(), "RELEASED", 0);
                if (calm || random.nextInt(4) > 0) {
                    step(s.id(), new SliceInput.ReleaseDone());
                }
            }
        }
    }

    private void close(String id, String state, long charged) {
        Hold hold = holds.get(id);
        if (hold.state().equals(state) && hold.charged() == charged) {
            return;
        }
        if (!hold.state().equals("HELD") || charged > hold.fen()) {
            throw new AssertionError(id + ": " + state + " " + charged + " of " + hold);
        }
        holds.put(id, new Hold(hold.fen(), state, charged));
        wallet = wallet.plus(Money.ofFen(hold.fen() - charged));
    }

    private void sweep() {
        for (PaidSlice s : List.copyOf(slices.values())) {
            hold(s.id());
            if (s.expires().toEpochMilli() <= nowMs) {
                step(s.id(), new SliceInput.Expired());
                SliceState state = slices.get(s.id()).standing().state();
                boolean out = state == SliceState.SERVED || state == SliceState.TAKEN;
                if (fault == Fault.FREED_BY_CLOCK && out) {
                    slices.put(s.id(), s.with(s.standing().to(SliceState.RELEASING)));
                }
            }
        }
    }

    /** Whatever is still to come comes: the link is back, clocks are right, all has expired. */
    private void calmDown() {
        cut = false;
        calm = true;
        for (int round = 0; round < 12; round++) {
            nowMs += HOUR_MS;
            sweep();
            for (QuotaGate gate : gates) {
                gate.clockOffMs = 0;
                for (int i = 0; i < 3; i++) {
                    pull(gate);
                }
                gate.second();
                gate.sync();
                for (int i = 0; i < 60; i++) {
                    deliver(gate.disk);
                }
            }
            settle();
        }
    }

    private void judge() {
        long inHolds = 0;
        for (var e : holds.entrySet()) {
            Hold h = e.getValue();
            inHolds += h.state().equals("HELD") ? h.fen() : h.charged();
            Dispense d = dispenses.get(e.getKey());
            if (h.state().equals("CAPTURED")) {
                long right = d.order().tariff(Math.min(d.pouredMl(), d.order().orderedMl())).fen();
                expect(h.charged() == right, e.getKey() + " is charged " + h + " for " + d);
            }
        }
        expect(wallet.fen() + inHolds == WALLET.fen(), "money is not conserved");
        expect(due.isEmpty(), "postings are left: " + due);
        slices.values().forEach(this::judge);
        pours.forEach(this::judge);
    }

    private void judge(PaidSlice s) {
        SliceState state = s.standing().state();
        Disk disk = diskOf(s.standing().journal());
        boolean whole = disk == null || !disk.lost && !disk.cloned;
        if (whole) {
            expect(
                    state == SliceState.DEBITED
                            || state == SliceState.RELEASED
                            || state == SliceState.REFUSED,
                    "slice is left " + s.standing());
        }
        Dispense d = dispenses.get(s.id());
        if (d != null) {
            expect(d.billedMl() <= s.order().orderedMl(), s.id() + " is billed beyond its grant");
            expect(!whole || !d.course().state().isOpen(), s.id() + " has no end: " + d);
        }
        if (s.standing().late()) {
            boolean known = freed.contains(s.id()) || !whole;
            expect(known, s.id() + " was poured after it was freed without a word of anybody");
            expect(d.course().state() == DispenseState.VOIDED, "late, and not void: " + d);
        }
        if (!whole && (state == SliceState.SERVED || state == SliceState.TAKEN)) {
            hit("reserved for an operator");
        }
    }

    private void judge(Pour p) {
        PaidSlice s = slices.get(p.dispense());
        expect(p.journal().equals(s.standing().journal()), "poured from another journal: " + p);
        long off = p.wallMs() - p.atMs();
        long tolerated = 2 * QuotaGate.TOLERANCE_MS;
        expect(!p.told() || Math.abs(off) <= tolerated, "poured by a wrong clock: " + p);
        expect(off + (p.told() ? 0 : p.darkMs()) >= -tolerated, "a clock set back: " + p);
        expect(
                p.atMs() - s.expires().toEpochMilli() <= (p.told() ? 0 : p.darkMs()) + tolerated,
                "poured after its time: " + p);
        if (!p.told() && Math.abs(off) > tolerated) {
            hit(off > 0 ? "poured by a clock ahead" : "poured by a clock behind");
        }
        Disk disk = diskOf(p.journal());
        if (p.counts() && disk != null && !disk.lost && !disk.cloned) {
            Dispense d = dispenses.get(p.dispense());
            expect(d != null, "poured without a debit: " + p);
            boolean paid = d.course().state() == DispenseState.CAPTURED;
            expect(paid || s.standing().late(), "poured and not captured: " + d);
            expect(d.pouredMl() == p.ml(), "poured " + p + ", told " + d.pouredMl());
        }
    }

    private Disk diskOf(String journal) {
        Disk found = null;
        for (Disk d : disks) {
            if (d.journal.equals(journal) && (found == null || d.lost || d.cloned)) {
                found = d;
            }
        }
        return found;
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
