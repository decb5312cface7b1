package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.dispense.PaidSlice.Standing;
import io.weir.cloud.dispense.SliceInput.Closed;
import io.weir.cloud.dispense.SliceInput.Debited;
import io.weir.cloud.dispense.SliceInput.Taken;
import io.weir.cloud.facts.Quarantine;
import io.weir.model.access.Scope;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.Statement;
import io.weir.runtime.crypto.Signer;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What gateways tell of slices, applied in the transaction of the marks. */
final class SliceFacts {
    static final String OTHER_JOURNAL = "SLICE_OF_ANOTHER_JOURNAL";
    static final String BAD_STATEMENT = "BAD_CLOSING_STATEMENT";

    private final Time time;
    private final Quarantine quarantine;
    private final SliceStore slices = new SliceStore();
    private final DispenseStore dispenses = new DispenseStore();

    /** The first fact of a dispense that has no row yet. */
    record First(Frame frame, Entry entry, DispenseFact fact) {}

    SliceFacts(Time time, Quarantine quarantine) {
        this.time = time;
        this.quarantine = quarantine;
    }

    void apply(SqlConnection c, Frame frame, Entry entry) {
        switch (Json.<SliceFact>read(entry.payload(), SliceFact.class)) {
            case SliceFact.Taken f -> {
                String id = f.signed().slice().dispenseId();
                step(c, frame, entry, id, new Taken(frame.journal()));
            }
            case SliceFact.Closed f -> {
                String key = slices.statementKey(c, frame.gateway(), frame.journal());
                if (isTrue(frame, f, key)) {
                    String id = f.statement().dispenseId();
                    if (step(c, frame, entry, id, new Closed(frame.journal()))) {
                        slices.closedBy(c, f, key);
                    }
                } else {
                    putAway(c, frame, entry, BAD_STATEMENT);
                }
            }
        }
    }

    /**
     * Those of them that are slices become dispenses here: the one place where a slice is debited.
     *
     * @param unknown by dispense id
     */
    Map<String, Dispense> debited(SqlConnection c, Map<String, First> unknown) {
        Map<String, Dispense> born = new HashMap<>();
        if (unknown.isEmpty()) {
            return born;
        }
        for (PaidSlice slice : slices.lock(c, Scope.PLATFORM, unknown.keySet())) {
            First first = unknown.get(slice.id());
            if (first != null && isOf(slice, first.frame(), first.entry())) {
                Dispense dispense = debit(c, slice, first);
                if (dispense != null) {
                    born.put(slice.id(), dispense);
                }
            }
        }
        return born;
    }

    private @Nullable Dispense debit(SqlConnection c, PaidSlice slice, First first) {
        Debited input = new Debited(first.frame().journal());
        Standing after = SliceFlow.apply(slice.standing(), input);
        if (after.equals(slice.standing())) {
            return null; // never handed out: nobody can have spent it
        }
        slices.save(c, slice.with(after), time.now());
        Dispense dispense = SliceDebit.born(slice, after, first.fact(), time.now());
        dispenses.insertOfSlice(c, dispense.order(), time.now());
        return dispense;
    }

    /** False when it is not this journal's to tell. */
    private boolean step(SqlConnection c, Frame frame, Entry entry, String id, SliceInput input) {
        List<PaidSlice> found = slices.lock(c, Scope.PLATFORM, List.of(id));
        if (found.isEmpty() || !isOf(found.getFirst(), frame, entry)) {
            putAway(c, frame, entry, OTHER_JOURNAL);
            return false;
        }
        PaidSlice before = found.getFirst();
        PaidSlice after = before.with(SliceFlow.apply(before.standing(), input));
        if (!after.equals(before)) {
            slices.save(c, after, time.now());
        }
        return true;
    }

    /** Told by the gateway and the journal that it was bound to, of its device. */
    private static boolean isOf(PaidSlice slice, Frame frame, Entry entry) {
        return frame.gateway().equals(slice.order().gateway())
                && frame.journal().equals(slice.standing().journal())
                && entry.device().equals(slice.order().deviceId());
    }

    private static boolean isTrue(Frame frame, SliceFact.Closed fact, String key) {
        Statement s = fact.statement();
        return s.gateway().equals(frame.gateway())
                && s.journal().equals(frame.journal())
                && Signer.verified(key, s.words(), fact.signature());
    }

    private void putAway(SqlConnection c, Frame frame, Entry entry, String reason) {
        quarantine.put(c, frame, entry, reason, "fact " + entry.name());
    }
}
