package io.weir.simulator;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One device: its model, its faults, what it has said and nobody has acknowledged, and when it
 * comes back. Pure but for its {@link Line}: {@code at} is monotonic time in ms. For one thread.
 */
final class SimulatedDevice implements Line.Owner {
    /**
     * @param everyMs between two reports of an idle device
     * @param wallMs what the wall clock shows at {@code at = 0}; only a skewed device writes times
     */
    record Setup(long everyMs, long wallMs) {}

    private static final long NEVER = Long.MAX_VALUE;

    /** Reconnects after 1 s, then twice as long each time, never longer than this. */
    private static final long PAUSE_MAX_MS = 30_000;

    private static final long PAUSE_MIN_MS = 1_000;

    /** Nothing is acknowledged for so long: it takes its connection for dead. */
    private static final long ACK_WITHIN_MS = 20_000;

    /** A post is never kept back longer than this. */
    private static final long HELD_MS = 1_000;

    private static final int REFUSALS_MAX = 5;

    private final Credential credential;
    private final Model model;
    private final FaultDice dice;
    private final RandomGenerator random;
    private final Line line;
    private final Tally tally;
    private final Setup setup;
    private final Outbox outbox = new Outbox();
    private final Words words = new Words();
    private final Set<String> disturbed = new HashSet<>();
    private boolean online;
    private boolean opening;
    private boolean everOnline;
    private boolean skewed;
    private int refusals;
    private int breaks;
    private long pauseMs = PAUSE_MIN_MS;
    private long connectAt = NEVER;
    private long reportAt = NEVER;
    private long backAt = NEVER;
    private boolean counters;
    private long silentTo = NEVER;
    private long deafTo = NEVER;
    private long breakAt = NEVER;
    private long powerLossAt = NEVER;
    private long progressAt;
    private Words.@Nullable Message held;
    private long heldTo = NEVER;

    SimulatedDevice(
            Credential credential,
            Model model,
            FaultDice dice,
            RandomGenerator random,
            Line line,
            Tally tally,
            Setup setup) {
        this.credential = credential;
        this.model = model;
        this.dice = dice;
        this.random = random;
        this.line = line;
        this.tally = tally;
        this.setup = setup;
    }

    Credential credential() {
        return credential;
    }

    Model model() {
        return model;
    }

    boolean online() {
        return online;
    }

    boolean everOnline() {
        return everOnline;
    }

    /** It was refused too often and has given up. */
    boolean givenUp() {
        return refusals >= REFUSALS_MAX;
    }

    int unacked() {
        return outbox.size() + (held == null ? 0 : 1);
    }

    /** Did a fault hit the device while it poured this? */
    boolean disturbed(String dispense) {
        return disturbed.contains(dispense);
    }

    /** It wants to be online from now on. */
    void arrive(long at) {
        connectAt = at;
        if (dice.skewMs() != 0) {
            skewed = true;
            tally.fault(FaultKind.SKEW);
        }
    }

    /** No new faults, no idle reports: what is begun is brought to its end. */
    void windUp() {
        dice.over();
        breaks = 0;
        breakAt = NEVER;
        powerLossAt = NEVER;
        reportAt = NEVER;
    }

    void leave() {
        connectAt = NEVER;
        reportAt = NEVER;
        if (online || opening) {
            line.close();
        }
        online = false;
    }

    long nextAt() {
        if (backAt != NEVER) {
            return backAt;
        }
        long next = Math.min(model.nextAt(), Math.min(connectAt, dice.nextAt()));
        next = Math.min(next, Math.min(silentTo, Math.min(deafTo, breakAt)));
        next = Math.min(next, Math.min(powerLossAt, heldTo));
        next = Math.min(next, online ? reportAt : NEVER);
        return online && outbox.size() > 0 ? Math.min(next, progressAt + ACK_WITHIN_MS) : next;
    }

    /** It is {@link #nextAt} or later. */
    void wake(long at) {
        if (backAt != NEVER) {
            back(at);
            return;
        }
        dice.due(at).forEach(kind -> strike(kind, at));
        if (at >= powerLossAt) {
            powerLossAt = NEVER;
            strikePower(FaultKind.POWER_LOSS, true, 3_000, 8_000, at);
        }
        if (backAt != NEVER) {
            return;
        }
        if (at >= breakAt) {
            breakAt = NEVER;
            cut(at + dice.lasts(FaultKind.FLAP, 300, 1_000));
        }
        passAgain(at);
        if (model.nextAt() <= at) {
            say(model.wake(at), at);
        }
        if (online && at >= reportAt) {
            reportAt = at + jittered(setup.everyMs());
            say(model.report(at), at);
        }
        if (at >= heldTo) {
            release(at);
        }
        if (online && outbox.size() > 0 && at >= progressAt + ACK_WITHIN_MS) {
            cut(at + jittered(pauseMs));
        }
        if (at >= connectAt && !online && !opening) {
            connectAt = NEVER;
            opening = true;
            line.open(this);
        }
    }

    private void back(long at) {
        if (at >= backAt) {
            backAt = NEVER;
            model.powerBack(at, counters);
            connectAt = at;
        }
    }

    private void passAgain(long at) {
        if (at >= silentTo) {
            silentTo = NEVER;
            line.listen(true);
            flush(at);
        }
        if (at >= deafTo) {
            deafTo = NEVER;
            line.listen(true);
        }
    }

    private void strike(FaultKind kind, long at) {
        if (backAt != NEVER || !online || silentTo != NEVER || deafTo != NEVER || breaks > 0) {
            return; // one trouble at a time
        }
        switch (kind) {
            case REBOOT -> strikePower(kind, true, 1_500, 4_000, at);
            case COUNTER_LOST -> strikePower(kind, false, 1_500, 4_000, at);
            case SILENT -> {
                hit(kind);
                silentTo = at + dice.lasts(kind, 3_000, 10_000);
                line.listen(false);
            }
            case SLOW_READER -> {
                hit(kind);
                deafTo = at + dice.lasts(kind, 3_000, 8_000);
                line.listen(false);
            }
            case FLAP -> {
                hit(kind);
                breaks = 3;
                breakAt = at;
            }
            case DUPLICATE, REORDER, SKEW, POWER_LOSS -> {} // not drawn by time
        }
    }

    private void strikePower(FaultKind kind, boolean kept, long fromMs, long toMs, long at) {
        hit(kind);
        model.powerLost(at);
        tally.lostWithDevice += unacked();
        outbox.clear();
        held = null;
        heldTo = NEVER;
        powerLossAt = NEVER;
        cut(NEVER);
        counters = kept;
        backAt = at + dice.lasts(kind, fromMs, toMs);
    }

    private void hit(FaultKind kind) {
        tally.fault(kind);
        outbox.disturbed();
        if (model instanceof DispenserFlow dispenser) {
            dispenser.runningId().ifPresent(disturbed::add);
        }
    }

    private void cut(long again) {
        if (online || opening) {
            line.cut();
            tally.broken++;
        }
        online = false;
        opening = false;
        silentTo = NEVER;
        deafTo = NEVER;
        outbox.disturbed();
        connectAt = again;
    }

    @Override
    public void online(long at) {
        online = true;
        everOnline = true;
        opening = false;
        refusals = 0;
        pauseMs = PAUSE_MIN_MS;
        progressAt = at;
        tally.connects++;
        if (breaks > 0 && --breaks > 0) {
            breakAt = at + dice.lasts(FaultKind.FLAP, 200, 800);
        }
        for (Outbox.Item item : outbox.all()) {
            send(item, at);
        }
        say(model.report(at), at);
        reportAt = at + jittered(setup.everyMs());
    }

    @Override
    public void apart(boolean refused, long at) {
        if (online) {
            tally.broken++;
        }
        online = false;
        opening = false;
        silentTo = NEVER;
        deafTo = NEVER;
        outbox.disturbed();
        if (refused) {
            tally.refused++;
            refusals++;
        }
        connectAt = givenUp() ? NEVER : at + jittered(pauseMs);
        pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
    }

    @Override
    public void acked(int number, long at) {
        Outbox.Item item = outbox.remove(number);
        progressAt = at;
        if (item != null) {
            tally.acked(at - item.sentAt(), item.late());
        }
    }

    @Override
    public void message(String topic, byte[] payload, long at) {
        String mine = credential.topic("");
        Words.Call call =
                topic.startsWith(mine) ? Words.call(topic.substring(mine.length()), payload) : null;
        if (call == null) {
            return;
        }
        tally.commands++;
        for (Say say : model.command(call.service(), call.id(), call.params(), at)) {
            if (say instanceof Say.Answer answer) {
                put(Words.answer(call.answer(), answer), at);
                if (call.service().equals("dispense") && answer.code() == Model.FINE) {
                    mayLosePower(at);
                }
            } else {
                say(List.of(say), at);
            }
        }
    }

    private void mayLosePower(long at) {
        if (dice.hits(FaultKind.POWER_LOSS)) {
            powerLossAt = at + dice.lasts(FaultKind.POWER_LOSS, 300, 3_000);
        }
    }

    private void say(List<Say> all, long at) {
        for (Say say : all) {
            switch (say) {
                case Say.Properties p -> post(properties(p, at), at);
                case Say.Event e -> put(words.event(e.name(), e.output()), at);
                case Say.Answer a ->
                        put(Words.answer("thing/service/" + a.service() + "_reply", a), at);
            }
        }
    }

    private Words.Message properties(Say.Properties p, long at) {
        return skewed
                ? words.properties(p.values(), setup.wallMs() + at + dice.skewMs())
                : words.properties(p.values());
    }

    /** A report: the next one says all of it again, so nobody keeps it for later. */
    private void post(Words.Message message, long at) {
        if (!online || outbox.full()) {
            tally.skipped++;
        } else if (held == null && dice.hits(FaultKind.REORDER)) {
            tally.fault(FaultKind.REORDER);
            tally.sent++;
            held = message;
            heldTo = at + HELD_MS;
        } else {
            put(message, at);
            if (dice.hits(FaultKind.DUPLICATE) && !outbox.full()) {
                tally.fault(FaultKind.DUPLICATE);
                put(message, at);
            }
            release(at);
        }
    }

    private void release(long at) {
        Words.Message message = held;
        held = null;
        heldTo = NEVER;
        if (message != null) {
            tally.sent--; // counted when it was kept back
            put(message, at);
        }
    }

    private void put(Words.Message message, long at) {
        if (outbox.full()) {
            tally.skipped++;
            return;
        }
        if (outbox.size() == 0) {
            progressAt = at;
        }
        tally.sent++;
        Outbox.Item item = outbox.add(credential.topic(message.topic()), message.payload());
        if (deafTo != NEVER || silentTo != NEVER) {
            outbox.disturbed();
        }
        if (online && silentTo == NEVER) {
            send(item, at);
        }
    }

    private void flush(long at) {
        for (Outbox.Item item : outbox.all()) {
            if (online && item.waits()) {
                send(item, at);
            }
        }
    }

    private void send(Outbox.Item item, long at) {
        boolean before = !item.waits();
        tally.again += before ? 1 : 0;
        outbox.sent(item.number(), at);
        line.publish(item.number(), item.topic(), item.payload(), before);
    }

    private long jittered(long ms) {
        return Math.max(1, ms * 3 / 4 + random.nextLong(ms / 2 + 1));
    }
}
