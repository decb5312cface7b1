package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.dispense.DispenseInput.Joined;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.MeterMark;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class TakeoverFlowTest {
    private static final long BASE = 5_000;

    private static DispenseFact progress(Dispense d, @Nullable String boot, long ml) {
        var span = new MeterMark.Span(boot, BASE, BASE + ml);
        MeterMark mark = new MeterMark(BASE, boot, 1, 0, "edge", 0, List.of(span), List.of());
        return new DispenseFact.Progress(d.id(), ml, 1, mark);
    }

    private static Dispense commanded() {
        Dispense d = DispenseFixture.created();
        d = DispenseFlow.apply(d, new DispenseInput.HoldDone("hold")).dispense();
        return DispenseFlow.apply(d, new DispenseInput.CommandLeaving()).dispense();
    }

    private static CounterRange rest(String boot, long ml) {
        return new CounterRange(MeasureMode.VOLUME, boot, BASE + ml - 1, BASE + ml);
    }

    /** In any order, with any repetition: one capture, and the lowest end is what is paid. */
    @Property(tries = 500)
    void theOrderOfArrivalDoesNotMatter(
            @ForAll @LongRange(min = 1, max = 400) long atFirst,
            @ForAll @LongRange(min = 0, max = 300) long more,
            @ForAll @LongRange(min = 0, max = 50) long leak,
            @ForAll boolean ownEnd,
            @ForAll int seed) {
        Dispense d = commanded();
        long there = atFirst + more;
        List<DispenseInput> inputs = new ArrayList<>();
        inputs.add(new Told(progress(d, "a", atFirst), "j1", 0, 1));
        inputs.add(new Told(progress(d, "a", atFirst / 2), "j1", 0, 1));
        inputs.add(new Joined(rest("a", there)));
        inputs.add(new Joined(rest("a", there + leak)));
        inputs.add(new Joined(rest("b", 1)));
        if (ownEnd) {
            inputs.add(
                    new Told(
                            new DispenseFact.Ended(d.id(), there + leak, 1, EndReason.DEVICE),
                            "j1",
                            0,
                            1));
        }
        Random random = new Random(seed);
        inputs.addAll(inputs.subList(0, random.nextInt(inputs.size())));
        Collections.shuffle(inputs, random);
        List<Posting> postings = new ArrayList<>();
        for (int round = 0; round < 2; round++) { // what waits for the other side is tried again
            for (DispenseInput input : inputs) {
                var outcome = DispenseFlow.apply(d, input);
                d = outcome.dispense();
                postings.addAll(outcome.postings());
            }
        }
        long billed = Math.min(there, d.order().orderedMl());
        assertThat(d.course().state()).isEqualTo(DispenseState.ENDED);
        assertThat(d.course().endMl()).isEqualTo(there);
        assertThat(d.course().settledMl()).isEqualTo(billed);
        assertThat(d.course().charged().minus(d.course().corrected()))
                .isEqualTo(d.order().tariff(billed));
        assertThat(d.course().badDebt()).isEqualTo(Money.ZERO);
        assertThat(postings.stream().filter(p -> p.kind() == Posting.Kind.CAPTURE)).hasSize(1);
    }

    @Property(tries = 200)
    void neverMoreThanTheCounterMovedInAnyMode(
            @ForAll MeasureMode mode, @ForAll @LongRange(min = 1, max = 100_000) long units) {
        Dispense.Order o = DispenseFixture.order(mode);
        Trail trail = new Trail("a", 10, 10, false);
        CounterRange seen = new CounterRange(mode, "a", 10, 10 + units);
        long most =
                switch (mode) {
                    case VOLUME -> units;
                    case TIMER -> units * o.mlPerSecond();
                    case FLOW_METER -> units * o.mlPer1000Pulses() / 1_000;
                };
        assertThat(TakeoverFlow.pouredMl(o, trail, seen).orElseThrow()).isBetween(0L, most);
    }

    @Property(tries = 200)
    void whatCanNotBeJoinedIsNot(@ForAll @IntRange(min = 0, max = 4) int how) {
        Dispense d = commanded();
        Trail trail = new Trail("a", BASE, BASE + 10, how == 0);
        String boot = how == 1 ? "b" : "a";
        MeasureMode mode = how == 2 ? MeasureMode.TIMER : MeasureMode.VOLUME;
        long to = how == 3 ? BASE : BASE + 20;
        CounterRange seen = new CounterRange(mode, boot, BASE, to);
        assertThat(TakeoverFlow.pouredMl(d.order(), how == 4 ? null : trail, seen)).isEmpty();
    }

    @Property(tries = 100)
    void aRebootUnderTheFirstGatewayBreaksTheTrailForGood(@ForAll boolean before) {
        var spans = List.of(new MeterMark.Span("a", BASE, BASE + 9), new MeterMark.Span("b", 0, 3));
        MeterMark torn = new MeterMark(BASE, "a", 1, 0, "edge", 0, spans, List.of());
        MeterMark whole = new MeterMark(BASE, "a", 1, 0, "edge", 0, spans.subList(0, 1), List.of());
        Trail trail =
                Trail.merged(Trail.merged(null, before ? torn : whole), before ? whole : torn);
        assertThat(trail).isEqualTo(new Trail("a", BASE, BASE + 9, true));
    }
}
