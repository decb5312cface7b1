package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi.BadDebt;
import io.weir.api.ledger.LedgerApi.Capture;
import io.weir.api.ledger.LedgerApi.Refund;
import io.weir.api.ledger.LedgerApi.Release;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.Abandoned;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.DispenseInput.HoldRefused;
import io.weir.cloud.dispense.DispenseInput.RefundAsked;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;
import io.weir.model.problem.Rejected;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One dispense among everything that can go wrong: the creator dies between any two steps, answers
 * of the ledger get lost before or after their effect, the command gets lost or comes late, facts
 * come in any order and repeatedly, the end comes after the settlement, the settler dies before it
 * writes the answer down. What is in {@code row} and {@code due} is what PostgreSQL would hold; all
 * else dies with a process.
 *
 * <p>The truth is the edge's own count {@link #poured}.
 */
final class DispenseWorld {
    /** A bug that the simulation must notice. */
    enum Fault {
        NONE,
        /** The settler asks anew under another key, and the ledger lets it. */
        DOUBLE_CAPTURE,
        /** A command without news is taken for not opened after a while. */
        VOIDED_BY_CLOCK,
        /** A command without news is sent again, and the edge obeys. */
        COMMAND_RESENT,
        /** What was poured beyond the order is charged. */
        OVERRUN_CHARGED
    }

    private final Random random;
    private final Fault fault;
    final FakeLedger ledger;
    private final String log;

    // what PostgreSQL holds
    private Dispense row;
    private final Deque<Posting> due = new ArrayDeque<>();
    private final List<Posting> told = new ArrayList<>();

    // the creator
    private int step;
    private boolean creatorGone;
    private String hold = "";

    // the bus and the edge
    private int commandsUnderWay;
    private int commandsSent;
    private boolean known;
    private boolean refusedForEver;
    private final List<DispenseFact> facts = new ArrayList<>();
    private final List<DispenseFact> undelivered = new ArrayList<>();
    private long poured;
    private boolean correctedEnd;

    // what happened, for the judgement
    private boolean orphaned;
    private Money refunds = Money.ZERO;
    private int tries;
    private final Map<String, Integer> hits;
    private final List<String> refusals = new ArrayList<>();

    /**
     * @param hits counts what happened, so that a test can tell that it did
     */
    DispenseWorld(
            Random random, Fault fault, FakeLedger ledger, int number, Map<String, Integer> hits) {
        this.random = random;
        this.hits = hits;
        this.fault = fault;
        this.ledger = ledger;
        this.log = "dispense " + number;
        Dispense sample =
                DispenseFixture.created(
                        Money.ofFen(random.nextInt(1, 500)), random.nextInt(1, 2000));
        Order o = sample.order();
        String id = DispenseFixture.ID.substring(0, 24) + (10 + number);
        this.row =
                new Dispense(
                        new Order(
                                id,
                                o.tenant(),
                                o.member(),
                                "key-" + number,
                                o.deviceId(),
                                o.gateway(),
                                o.outlet(),
                                o.orderedMl(),
                                o.mode(),
                                o.mlPerSecond(),
                                0,
                                o.secondsMax(),
                                o.ttlMs(),
                                o.endWithinMs(),
                                o.terms(),
                                o.parties(),
                                o.hold(),
                                o.created(),
                                null),
                        Course.CREATED,
                        o.created());
    }

    /** One thing happens; which one is chance. */
    void happen() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> create();
            case 3, 4 -> deliverCommand();
            case 5, 6, 7 -> deliverFact();
            case 8, 9 -> settle(random.nextInt(5) == 0);
            case 10 -> sweep();
            default -> rare();
        }
    }

    /** Everything that is still to come comes, without further mishaps. */
    void calmDown() {
        for (int i = 0; i < 500 && !atRest(); i++) {
            if (step < 5 && !creatorGone) {
                create();
            }
            creatorGone |= random.nextBoolean();
            sweep();
            deliverCommand();
            resolve();
            deliverFact();
            settle(false);
        }
    }

    private boolean atRest() {
        return !row.course().state().isOpen()
                && due.isEmpty()
                && undelivered.isEmpty()
                && (creatorGone || step >= 5)
                && commandsUnderWay == 0;
    }

    private void hit(String what) {
        hits.merge(what, 1, Integer::sum);
    }

    private void apply(DispenseInput input) {
        Outcome outcome = DispenseFlow.apply(row, input);
        row = outcome.dispense();
        due.addAll(outcome.postings());
        outcome.postings().forEach(p -> hit("posted " + p.kind()));
    }

    private void create() {
        if (creatorGone || step >= 5) {
            return;
        }
        if (random.nextInt(12) == 0) {
            creatorGone = true;
            hit("creator died before step " + step);
            return;
        }
        switch (step) {
            case 0 -> {}
            case 1 -> hold();
            case 2 -> apply(new HoldDone(hold));
            case 3 -> {
                apply(new CommandLeaving());
                creatorGone |= row.course().state() != DispenseState.COMMANDED;
            }
            default -> {
                commandsSent++;
                if (random.nextInt(6) == 0) {
                    hit("command lost");
                } else {
                    commandsUnderWay++;
                }
            }
        }
        step++;
    }

    private void hold() {
        if (row.order().hold().isZero()) {
            return;
        }
        int luck = random.nextInt(10);
        if (luck == 0) {
            hit("question for a hold lost");
            apply(new Abandoned());
            creatorGone = true;
            return;
        }
        try {
            hold =
                    ledger.hold(
                                    LedgerDesk.holdOf(
                                            row.id(),
                                            row.order().tenant(),
                                            row.order().member(),
                                            row.order().hold()))
                            .hold();
        } catch (Rejected e) {
            apply(new HoldRefused());
            creatorGone = true;
            return;
        }
        if (luck == 1) {
            hit("answer of a hold lost");
            apply(new Abandoned());
            creatorGone = true;
        }
    }

    private void sweep() {
        DispenseState state = row.course().state();
        boolean early = state == DispenseState.CREATED || state == DispenseState.HELD;
        if (early && (creatorGone || random.nextInt(20) == 0)) {
            apply(new Abandoned());
        }
        if (fault == Fault.VOIDED_BY_CLOCK
                && row.course().hold() != null
                && state == DispenseState.COMMANDED) {
            due.add(posting(Posting.Kind.RELEASE, Posting.releaseKey(row.id())));
            Course.Draft draft = row.course().edit();
            draft.state = DispenseState.VOIDED;
            draft.settledMl = 0L;
            row = row.with(draft.done());
        }
    }

    private Posting posting(Posting.Kind kind, String key) {
        return new Posting(
                kind, key, row.id(), row.course().hold(), row.order().hold(), List.of(), "");
    }

    private void deliverCommand() {
        if (commandsUnderWay > 0 && random.nextBoolean()) {
            commandsUnderWay--;
            if (!known && !refusedForEver || fault == Fault.COMMAND_RESENT && known) {
                known = true;
                open();
            }
        }
    }

    private void resolve() {
        boolean unheard =
                row.course().state() == DispenseState.COMMANDED && row.course().journal() == null;
        if (!unheard || random.nextInt(3) == 0) {
            return;
        }
        if (fault == Fault.COMMAND_RESENT) {
            commandsSent++;
            commandsUnderWay++;
        } else if (!known && !refusedForEver) {
            refusedForEver = true;
            journal(new DispenseFact.Refused(row.id(), EndReason.NOT_PUBLISHED));
        }
    }

    /** The edge's part, as truthful as the real one. */
    private void open() {
        journal(new DispenseFact.Intent(row.id(), row.order().command()));
        if (random.nextInt(6) == 0 && poured == 0) {
            journal(new DispenseFact.Refused(row.id(), EndReason.DEVICE_REFUSED));
            return;
        }
        long limit = row.order().orderedMl();
        long flow = random.nextInt(8) == 0 ? 0 : random.nextLong(limit + limit / 8 + 2);
        long counted = poured;
        poured += flow;
        journal(new DispenseFact.Running(row.id()));
        while (counted < poured) {
            counted = Math.min(poured, counted + 1 + random.nextLong(1 + limit / 3));
            journal(new DispenseFact.Progress(row.id(), counted, counted / 50));
        }
        journal(new DispenseFact.Stopping(row.id(), EndReason.LIMIT));
        journal(new DispenseFact.Ended(row.id(), poured, poured / 50, EndReason.LIMIT));
        if (random.nextInt(20) == 0 && poured > 0) {
            correctedEnd = true;
            poured = random.nextLong(poured);
            journal(new DispenseFact.Ended(row.id(), poured, poured / 50, EndReason.LIMIT));
        }
    }

    private void journal(DispenseFact fact) {
        facts.add(fact);
        undelivered.add(fact);
    }

    private void deliverFact() {
        if (facts.isEmpty()) {
            return;
        }
        boolean again = undelivered.isEmpty() || random.nextInt(4) == 0;
        DispenseFact fact =
                again
                        ? facts.get(random.nextInt(facts.size()))
                        : undelivered.remove(random.nextInt(undelivered.size()));
        if (again) {
            undelivered.remove(fact);
        }
        apply(new Told(fact, "journal-1", 0, 1_000));
        if (fault == Fault.OVERRUN_CHARGED
                && fact instanceof DispenseFact.Ended e
                && !due.isEmpty()) {
            overcharge(e);
        }
    }

    private void overcharge(DispenseFact.Ended end) {
        Posting last = due.removeLast();
        Money price = row.order().tariff(end.pouredMl());
        if (last.kind() == Posting.Kind.CAPTURE && price.compareTo(row.order().hold()) > 0) {
            Course.Draft draft = row.course().edit();
            draft.charged = price;
            row = row.with(draft.done());
        }
        due.add(last);
    }

    /** The settler; {@code dies} after the ledger did it and before that is written down. */
    private void settle(boolean dies) {
        Posting p = due.peekFirst();
        if (p == null) {
            return;
        }
        if (fault == Fault.DOUBLE_CAPTURE && p.kind() == Posting.Kind.CAPTURE && tries++ > 0) {
            ledger.reopen(p.hold());
            p =
                    new Posting(
                            p.kind(),
                            p.key() + ":" + tries,
                            p.dispense(),
                            p.hold(),
                            p.amount(),
                            p.legs(),
                            p.reason());
        }
        try {
            ask(p);
        } catch (Rejected e) {
            if (p.kind() == Posting.Kind.UNHOLD && !creatorGone) {
                return; // asked again for longer than a creator can take
            }
            if (p.kind() != Posting.Kind.UNHOLD) {
                refusals.add(log + ": the ledger refuses " + p + ": " + e.getMessage());
            }
        }
        if (dies) {
            hit("settler died over " + p.kind());
            return;
        }
        told.add(due.removeFirst());
        if (p.kind() == Posting.Kind.CAPTURE) {
            apply(new Captured());
        }
    }

    private void ask(Posting p) {
        switch (p.kind()) {
            case UNHOLD ->
                    ledger.release(
                            new Release(
                                    Posting.releaseKey(p.dispense()),
                                    ledger.hold(
                                                    LedgerDesk.holdOf(
                                                            p.dispense(),
                                                            row.order().tenant(),
                                                            row.order().member(),
                                                            p.amount()))
                                            .hold()));
            case RELEASE -> ledger.release(new Release(p.key(), p.hold()));
            case CAPTURE -> ledger.capture(new Capture(p.key(), p.hold(), p.legs()));
            case CORRECT, REFUND ->
                    ledger.refund(new Refund(p.key(), p.hold(), p.amount(), p.reason()));
            case BAD_DEBT -> ledger.badDebt(new BadDebt(p.key(), p.hold(), p.amount(), p.reason()));
        }
    }

    private void rare() {
        switch (random.nextInt(6)) {
            case 0 -> {
                if (Views.mayRun(row) && commandsSent > 0) {
                    orphaned = true;
                    apply(new EndOverdue());
                }
            }
            case 1 -> {
                Money left = row.course().refundable();
                if (row.course().state() == DispenseState.CAPTURED && left.isPositive()) {
                    Money some = Money.ofFen(random.nextLong(1, left.fen() + 1));
                    refunds = refunds.plus(some);
                    apply(new RefundAsked("r" + due.size() + told.size(), some, "sorry"));
                }
            }
            default -> resolve();
        }
    }

    /** What is wrong, judged by the truth; empty when all is well. */
    List<String> judge() {
        hit("ended " + row.course().state());
        List<String> wrong = new ArrayList<>(refusals);
        Course c = row.course();
        Money truth = row.order().tariff(Math.min(poured, row.order().orderedMl()));
        Money taken = c.charged().minus(c.corrected());
        if (!atRest()) {
            wrong.add(log + " never came to rest: " + row + " due " + due);
        }
        if (taken.minus(c.refunded()).compareTo(truth) > 0) {
            wrong.add(log + " took " + taken + " for what costs " + truth);
        }
        if (c.state() == DispenseState.VOIDED && poured > 0) {
            wrong.add(log + " is voided, " + poured + " ml were poured");
        }
        if (!orphaned
                && refunds.isZero()
                && c.state() == DispenseState.CAPTURED
                && !taken.equals(truth)) {
            wrong.add(log + " took " + taken + " and not " + truth);
        }
        if (orphaned
                && !correctedEnd
                && refunds.isZero()
                && c.hold() != null
                && c.settledMl() != null
                && c.state() == DispenseState.CAPTURED
                && !taken.plus(c.badDebt()).equals(truth)) {
            wrong.add(log + " took " + taken + ", bad debt " + c.badDebt() + ", truth " + truth);
        }
        if (!c.refunded().equals(refunds)) {
            wrong.add(log + " gave back " + c.refunded() + " and not " + refunds);
        }
        if (commandsSent > 1) {
            wrong.add(log + " was commanded " + commandsSent + " times");
        }
        long ends =
                told.stream()
                        .filter(
                                p ->
                                        p.kind() == Posting.Kind.CAPTURE
                                                || p.kind() == Posting.Kind.RELEASE
                                                || p.kind() == Posting.Kind.UNHOLD)
                        .count();
        if (ends > 1 && c.state() != DispenseState.VOIDED) {
            wrong.add(log + " was settled " + ends + " times");
        }
        return wrong;
    }

    /** What the member paid in the end. */
    Money net() {
        return row.course()
                .charged()
                .minus(row.course().corrected())
                .minus(row.course().refunded());
    }
}
