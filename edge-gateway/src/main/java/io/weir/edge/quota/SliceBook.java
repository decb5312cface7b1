package io.weir.edge.quota;

import io.weir.edge.quota.BookSnapshot.Held;
import io.weir.edge.quota.BookSnapshot.State;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Slice;
import io.weir.model.grant.StartBy;
import io.weir.model.grant.Statement;
import io.weir.model.time.Tick;
import io.weir.runtime.crypto.PourCode;
import io.weir.runtime.crypto.Signer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The slices of one journal (DESIGN section 5, Offline quota; ADR 010). Pure, one thread at a time;
 * what it holds is what the journaled facts told. A slice is spent in memory before its debit is
 * journaled and never becomes ready again in this process; after a crash only the journal decides.
 */
public final class SliceBook {
    private static final long KEEP_AFTER_EXPIRY_MS = Duration.ofDays(2).toMillis();

    /** Why a slice is not taken, or not spent. */
    public enum No {
        OTHER_GATEWAY,
        OTHER_JOURNAL,
        OTHER_KEY,
        BAD_SIGNATURE,
        KNOWN,
        EXPIRED,
        FULL,
        /** The clock can't be believed, so nobody knows what has expired. */
        CLOCK,
        /** Too many wrong codes at this device. */
        DEAF,
        /** The code was good once. */
        USED,
        /** The slice was given back, or is about to be. */
        CLOSED,
        /** No ready slice fits: a wrong code, nothing granted, or too much asked. */
        NOTHING
    }

    /**
     * @param no null when {@code command} may be journaled and then opened
     */
    public record Spend(@Nullable No no, @Nullable OpenDispense command) {}

    private final QuotaConfig config;
    private final String gateway;
    private final String journal;
    private final TrustedClock clock;
    private final CodeGuard guard;
    private final Map<String, Held> slices = new LinkedHashMap<>();

    /** Slices whose closing statement is on its way to the disk. */
    private final Set<String> signing = new HashSet<>();

    private @Nullable String cloudKey;

    /**
     * @param journal the only journal whose slices are spent here
     */
    public SliceBook(QuotaConfig config, String gateway, String journal) {
        this.config = config;
        this.gateway = gateway;
        this.journal = journal;
        this.clock = new TrustedClock(config.clockTolerance());
        this.guard = new CodeGuard(config);
    }

    /** The cloud's wall time as it was at a tick of this process. */
    public void cloudTime(long nowMs, Tick at) {
        clock.told(nowMs, at);
    }

    /** The journal holds, or will hold, an entry of this wall time, made at this tick. */
    public void journaled(long wallMs, Tick at) {
        clock.journaled(wallMs, at);
    }

    /**
     * Why an offered slice is not to be taken; null when {@link SliceFact.Taken} may be journaled.
     */
    public @Nullable No refusal(SignedSlice offered, String key, long wallMs, Tick tick) {
        Slice slice = offered.slice();
        if (!slice.gateway().equals(gateway)) {
            return No.OTHER_GATEWAY;
        }
        if (!slice.journal().equals(journal)) {
            return No.OTHER_JOURNAL;
        }
        if (cloudKey != null && !cloudKey.equals(key)) {
            return No.OTHER_KEY;
        }
        if (slices.containsKey(slice.dispenseId())) {
            return No.KNOWN;
        }
        if (!Signer.verified(key, slice.words(), offered.signature())) {
            return No.BAD_SIGNATURE;
        }
        if (!clock.agreed(wallMs, tick)) {
            return No.CLOCK;
        }
        if (slice.expiresMs() <= wallMs) {
            return No.EXPIRED;
        }
        return slices.size() >= config.slicesMax() ? No.FULL : null;
    }

    /**
     * It is being journaled: known from now on, so that a checkpoint holds it, but not spent yet.
     */
    public void taking(SliceFact.Taken fact) {
        cloudKey = fact.cloudKey();
        Slice slice = fact.signed().slice();
        slices.putIfAbsent(slice.dispenseId(), new Held(slice, State.TAKING));
    }

    /** It is on the disk. */
    public void taken(SliceFact.Taken fact) {
        Slice slice = fact.signed().slice();
        cloudKey = fact.cloudKey();
        Held held = slices.get(slice.dispenseId());
        boolean open = held == null || held.state() == State.TAKING;
        if (open && slice.journal().equals(journal)) {
            slices.put(slice.dispenseId(), new Held(slice, State.READY));
        }
    }

    /** The journal did not keep it; the cloud offers it again. */
    public void notTaken(String dispenseId) {
        Held held = slices.get(dispenseId);
        if (held != null && held.state() == State.TAKING) {
            slices.remove(dispenseId);
        }
    }

    /** An offered slice that came too late, or is wanted back already: it is closed unused. */
    public void closeUnused(Slice slice) {
        slices.putIfAbsent(slice.dispenseId(), new Held(slice, State.CLOSING));
    }

    /** Somebody told the device a code. */
    public Spend byCode(String device, String code, long wallMs, Tick tick) {
        if (guard.deaf(device, tick)) {
            return new Spend(No.DEAF, null);
        }
        Held fits =
                find(
                        device,
                        StartBy.CODE,
                        s -> PourCode.hash(s.dispenseId(), code).equals(s.codeHash()));
        if (fits == null) {
            No no = formerly(device, code);
            if (no == No.NOTHING) {
                guard.wrong(device, tick);
            }
            return new Spend(no, null);
        }
        guard.right(device);
        return spend(fits.slice(), fits.slice().command().orderedMl(), wallMs, tick);
    }

    /** Somebody pressed the device's own button. */
    public Spend byButton(String device, Outlet outlet, long ml, long wallMs, Tick tick) {
        Held fits =
                find(
                        device,
                        StartBy.BUTTON,
                        s ->
                                s.command().outlet() == outlet
                                        && s.command().orderedMl() >= ml
                                        && s.expiresMs() > clock.latestMs(wallMs, tick));
        return fits == null || ml <= 0
                ? new Spend(No.NOTHING, null)
                : spend(fits.slice(), ml, wallMs, tick);
    }

    /** Its dispense is in the journal: opened, or refused for ever. */
    public void spent(String dispenseId) {
        set(dispenseId, State.SPENT);
    }

    /** Its closing statement is in the journal. */
    public void closed(String dispenseId) {
        signing.remove(dispenseId);
        Held held = slices.get(dispenseId);
        if (held != null && held.state() != State.SPENT) {
            set(dispenseId, State.CLOSED);
        }
    }

    /** The journal did not keep its closing statement: {@link #due} makes it once more. */
    public void notClosed(String dispenseId) {
        signing.remove(dispenseId);
    }

    /** The device that a slice is for; empty when the slice is not known. */
    public String deviceOf(String dispenseId) {
        Held held = slices.get(dispenseId);
        return held == null ? "" : held.slice().device();
    }

    /** The cloud wants it back: from here on it is not spent, unless it is already. */
    public @Nullable Statement recall(String dispenseId) {
        Held held = slices.get(dispenseId);
        return held == null ? null : closing(held, "RECALLED");
    }

    /**
     * Once a second: statements to sign and journal for what has expired, and again for those that
     * the journal did not keep. Only by the cloud's time: nobody waits for them before it is back.
     */
    public List<Statement> due(long wallMs, Tick tick) {
        List<Statement> due = new ArrayList<>();
        clock.passed(wallMs, tick);
        if (!clock.agreed(wallMs, tick)) {
            return due;
        }
        for (Held held : List.copyOf(slices.values())) {
            boolean over = held.slice().expiresMs() <= wallMs;
            boolean closing = held.state() == State.CLOSING;
            Statement statement =
                    over || closing ? closing(held, closing ? "UNUSED" : "EXPIRED") : null;
            if (statement != null) {
                due.add(statement);
            }
        }
        slices.values()
                .removeIf(
                        h -> settled(h) && h.slice().expiresMs() + KEEP_AFTER_EXPIRY_MS <= wallMs);
        return due;
    }

    /** Is a button's grant nearly used up? */
    public boolean low(String device) {
        return slices.values().stream().anyMatch(h -> isButtonOf(h, device))
                && slices.values().stream()
                                .filter(h -> isButtonOf(h, device) && h.state() == State.READY)
                                .count()
                        <= config.lowWater();
    }

    public long ready() {
        return slices.values().stream().filter(h -> h.state() == State.READY).count();
    }

    /** What the entries appended so far told: a slice being taken stands before a checkpoint. */
    public BookSnapshot snapshot() {
        List<Held> held = new ArrayList<>();
        for (Held h : slices.values()) {
            held.add(h.state() == State.TAKING ? new Held(h.slice(), State.READY) : h);
        }
        return new BookSnapshot(cloudKey, clock.highWaterMs(), held);
    }

    public void restore(BookSnapshot snapshot) {
        cloudKey = snapshot.cloudKey();
        clock.restored(snapshot.highWaterMs());
        snapshot.slices().forEach(h -> slices.put(h.slice().dispenseId(), h));
    }

    private Spend spend(Slice slice, long ml, long wallMs, Tick tick) {
        if (!clock.trusted(wallMs, tick)) {
            return new Spend(No.CLOCK, null);
        }
        if (slice.expiresMs() <= clock.latestMs(wallMs, tick)) {
            return new Spend(No.EXPIRED, null);
        }
        set(slice.dispenseId(), State.SPENT);
        OpenDispense c = slice.command();
        return new Spend(
                null,
                new OpenDispense(
                        c.dispenseId(),
                        c.deviceId(),
                        c.outlet(),
                        Math.min(ml, c.orderedMl()),
                        c.mode(),
                        c.mlPerSecond(),
                        c.mlPer1000Pulses(),
                        c.secondsMax(),
                        c.ttlMs()));
    }

    private @Nullable Held find(String device, StartBy by, Predicate<Slice> fits) {
        for (Held held : slices.values()) {
            Slice s = held.slice();
            if (held.state() == State.READY
                    && s.startBy() == by
                    && s.device().equals(device)
                    && fits.test(s)) {
                return held;
            }
        }
        return null;
    }

    /** Whoever types a code that was right once has not guessed it. */
    private No formerly(String device, String code) {
        for (Held held : slices.values()) {
            Slice s = held.slice();
            boolean right =
                    s.device().equals(device)
                            && PourCode.hash(s.dispenseId(), code).equals(s.codeHash());
            if (right && held.state() != State.TAKING) {
                return held.state() == State.SPENT ? No.USED : No.CLOSED;
            }
        }
        return No.NOTHING;
    }

    private @Nullable Statement closing(Held held, String reason) {
        Slice s = held.slice();
        boolean open = held.state() == State.READY || held.state() == State.CLOSING;
        if (!open || !signing.add(s.dispenseId())) {
            return null;
        }
        set(s.dispenseId(), State.CLOSING);
        return new Statement(gateway, journal, s.grant(), s.number(), s.dispenseId(), reason);
    }

    private void set(String dispenseId, State state) {
        slices.computeIfPresent(dispenseId, (id, h) -> new Held(h.slice(), state));
    }

    private static boolean settled(Held held) {
        return held.state() == State.SPENT || held.state() == State.CLOSED;
    }

    private static boolean isButtonOf(Held held, String device) {
        return held.slice().startBy() == StartBy.BUTTON && held.slice().device().equals(device);
    }
}
