package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.Abandoned;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.DispenseInput.HoldRefused;
import io.weir.cloud.dispense.DispenseInput.RefundAsked;
import io.weir.cloud.dispense.DispenseInput.RefundRefused;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class DispenseFlowTest {
    private static final String ID = DispenseFixture.ID;

    /**
     * Every state x every input. {@code .} nothing changes; {@code ~} the state stays, a count or
     * note changes; else the state that follows; {@code +KIND} what the ledger must be told.
     * RUNNING has 120 ml, ENDED and CAPTURED ended at 300 ml, ORPHAN was settled at 120 ml.
     */
    private static final String TABLE =
            """
            input         | CREATED       | HELD           | COMMANDED      | RUNNING        | ENDED     | ORPHAN    | CAPTURED  | VOIDED
            holdDone      | HELD          | .              | .              | .              | .         | .         | .         | .
            holdRefused   | VOIDED        | .              | .              | .              | .         | .         | .         | .
            commandLeaving| .             | COMMANDED      | .              | .              | .         | .         | .         | .
            abandoned     | VOIDED+UNHOLD | VOIDED+RELEASE | .              | .              | .         | .         | .         | .
            intent        | .             | .              | ~              | .              | .         | .         | .         | .
            refused       | .             | .              | VOIDED+RELEASE | ENDED+CAPTURE  | .         | .         | .         | .
            running       | .             | .              | RUNNING        | .              | .         | .         | .         | .
            progress      | .             | .              | RUNNING        | ~              | .         | ~         | .         | ~
            oldProgress   | .             | .              | RUNNING        | .              | .         | .         | .         | ~
            stopping      | .             | .              | RUNNING        | ~              | .         | .         | .         | .
            ended         | .             | .              | ENDED+CAPTURE  | ENDED+CAPTURE  | .         | ~+BAD_DEBT| .         | ~+BAD_DEBT
            endedLower    | .             | .              | ENDED+CAPTURE  | ENDED+CAPTURE  | ~+CORRECT | ~+CORRECT | ~+CORRECT | ~+BAD_DEBT
            endedHigher   | .             | .              | ENDED+CAPTURE  | ENDED+CAPTURE  | .         | ~+BAD_DEBT| .         | ~+BAD_DEBT
            endedDry      | .             | .              | ENDED+CAPTURE  | ENDED+CAPTURE  | ~+CORRECT | ~+CORRECT | ~+CORRECT | ~
            endOverdue    | .             | .              | ORPHAN+CAPTURE | ORPHAN+CAPTURE | .         | .         | .         | .
            captured      | .             | .              | .              | .              | CAPTURED  | CAPTURED  | .         | .
            refundAsked   | .             | .              | .              | .              | .         | .         | ~+REFUND  | .
            refundTooHigh | .             | .              | .              | .              | .         | .         | .         | .
            refundRefused | .             | .              | .              | .              | .         | .         | .         | .
            """;

    private static final Map<String, DispenseInput> INPUTS = inputs();

    private static Map<String, DispenseInput> inputs() {
        Map<String, DispenseInput> inputs = new LinkedHashMap<>();
        inputs.put("holdDone", new HoldDone("h1"));
        inputs.put("holdRefused", new HoldRefused());
        inputs.put("commandLeaving", new CommandLeaving());
        inputs.put("abandoned", new Abandoned());
        inputs.put(
                "intent",
                told(new DispenseFact.Intent(ID, DispenseFixture.created().order().command())));
        inputs.put("refused", told(new DispenseFact.Refused(ID, EndReason.NOT_PUBLISHED)));
        inputs.put("running", told(new DispenseFact.Running(ID)));
        inputs.put("progress", told(new DispenseFact.Progress(ID, 200, 4)));
        inputs.put("oldProgress", told(new DispenseFact.Progress(ID, 40, 1)));
        inputs.put("stopping", told(new DispenseFact.Stopping(ID, EndReason.MEMBER)));
        inputs.put("ended", told(ended(300)));
        inputs.put("endedLower", told(ended(100)));
        inputs.put("endedHigher", told(ended(450)));
        inputs.put("endedDry", told(ended(0)));
        inputs.put("endOverdue", new EndOverdue());
        inputs.put("captured", new Captured());
        inputs.put("refundAsked", new RefundAsked("k", Money.ofFen(20), "sorry"));
        inputs.put("refundTooHigh", new RefundAsked("k", Money.ofFen(61), "sorry"));
        inputs.put("refundRefused", new RefundRefused(Money.ofFen(1)));
        return inputs;
    }

    private static Told told(DispenseFact fact) {
        return new Told(fact, "journal-1", 3, 1_000_000);
    }

    private static DispenseFact.Ended ended(long ml) {
        return new DispenseFact.Ended(ID, ml, 2, EndReason.LIMIT);
    }

    private static Dispense in(String state) {
        List<String> way =
                switch (DispenseState.valueOf(state)) {
                    case CREATED -> List.of();
                    case HELD -> List.of("holdDone");
                    case COMMANDED -> List.of("holdDone", "commandLeaving");
                    case RUNNING -> List.of("holdDone", "commandLeaving", "intent", "at120");
                    case ENDED -> List.of("holdDone", "commandLeaving", "intent", "ended");
                    case ORPHAN ->
                            List.of("holdDone", "commandLeaving", "intent", "at120", "endOverdue");
                    case CAPTURED ->
                            List.of("holdDone", "commandLeaving", "intent", "ended", "captured");
                    case VOIDED -> List.of("holdDone", "commandLeaving", "refused");
                };
        Dispense d = DispenseFixture.created();
        for (String step : way) {
            DispenseInput input =
                    step.equals("at120")
                            ? told(new DispenseFact.Progress(ID, 120, 2))
                            : INPUTS.get(step);
            d = DispenseFlow.apply(d, input).dispense();
        }
        return d;
    }

    @TestFactory
    List<DynamicTest> everyInputInEveryState() {
        List<String[]> rows =
                TABLE.lines()
                        .map(
                                l ->
                                        Arrays.stream(l.split("\\|"))
                                                .map(String::trim)
                                                .toArray(String[]::new))
                        .toList();
        String[] states = rows.getFirst();
        List<DynamicTest> tests = new ArrayList<>();
        for (String[] row : rows.subList(1, rows.size())) {
            for (int i = 1; i < row.length; i++) {
                String state = states[i];
                String expected = row[i];
                tests.add(
                        DynamicTest.dynamicTest(
                                row[0] + " in " + state,
                                () -> assertThat(cell(state, row[0])).isEqualTo(expected)));
            }
        }
        assertThat(rows.stream().skip(1).map(r -> r[0])).containsExactlyElementsOf(INPUTS.keySet());
        assertThat(states).hasSize(DispenseState.values().length + 1);
        return tests;
    }

    private static String cell(String state, String input) {
        Dispense before = in(state);
        assertThat(before.course().state().name()).isEqualTo(state);
        Outcome outcome = DispenseFlow.apply(before, INPUTS.get(input));
        if (!outcome.changed()) {
            return ".";
        }
        String after = outcome.dispense().course().state().name();
        String postings =
                outcome.postings().stream().map(p -> "+" + p.kind()).collect(Collectors.joining());
        return (after.equals(state) ? "~" : after) + postings;
    }

    @Test
    void aDispenseIsCapturedForWhatFlowedAndNoMoreThanWasOrdered() {
        assertThat(settled(300).charged()).isEqualTo(Money.ofFen(60));
        assertThat(settled(500).charged()).isEqualTo(Money.ofFen(100));
        assertThat(settled(560).charged()).isEqualTo(Money.ofFen(100));
        assertThat(Views.of(in("COMMANDED").with(settled(560))).overrunMl()).isEqualTo(60);
        assertThat(settled(0).charged()).isEqualTo(Money.ZERO);
    }

    private static Course settled(long ml) {
        return DispenseFlow.apply(in("RUNNING"), told(ended(ml))).dispense().course();
    }

    @Test
    void theCaptureIsFrozenWithItsLegs() {
        Posting capture = DispenseFlow.apply(in("RUNNING"), told(ended(300))).postings().getFirst();
        assertThat(capture.key()).isEqualTo("dispense:" + ID + ":capture");
        assertThat(capture.hold()).isEqualTo("h1");
        assertThat(capture.legs().stream().mapToLong(l -> l.amount().fen()).sum()).isEqualTo(60);
    }

    @Test
    void factsOutOfOrderTellTheSameStory() {
        Dispense late = DispenseFlow.apply(in("COMMANDED"), told(ended(300))).dispense();
        for (String old : List.of("oldProgress", "running", "stopping", "intent")) {
            assertThat(DispenseFlow.apply(late, INPUTS.get(old)).changed()).as(old).isFalse();
        }
    }

    @Test
    void aLowerEndGivesTheDifferenceBackOnce() {
        Outcome lower = DispenseFlow.apply(in("CAPTURED"), INPUTS.get("endedLower"));
        assertThat(lower.postings().getFirst().amount()).isEqualTo(Money.ofFen(40));
        assertThat(Views.of(lower.dispense()).charged()).isEqualTo(Money.ofFen(20));
        assertThat(DispenseFlow.apply(lower.dispense(), INPUTS.get("endedLower")).changed())
                .isFalse();
    }

    @Test
    void aCorrectionNeverGivesBackMoreThanIsLeft() {
        Dispense refunded =
                DispenseFlow.apply(in("CAPTURED"), new RefundAsked("k", Money.ofFen(50), "sorry"))
                        .dispense();
        Outcome dry = DispenseFlow.apply(refunded, INPUTS.get("endedDry"));
        assertThat(dry.postings().getFirst().amount()).isEqualTo(Money.ofFen(10));
        assertThat(dry.dispense().course().refundable()).isEqualTo(Money.ZERO);
    }

    @Test
    void whatALateEndWouldAddIsTheVendorsBadDebt() {
        Outcome higher = DispenseFlow.apply(in("ORPHAN"), INPUTS.get("endedHigher"));
        assertThat(higher.postings().getFirst().amount()).isEqualTo(Money.ofFen(66));
        assertThat(higher.dispense().course().charged()).isEqualTo(Money.ofFen(24));
        assertThat(DispenseFlow.apply(higher.dispense(), INPUTS.get("endedHigher")).changed())
                .isFalse();
    }

    @Test
    void theSameEndsInAnyOrderChargeTheSame() {
        Dispense up = run(in("RUNNING"), ended(100), ended(300), ended(100));
        Dispense down = run(in("RUNNING"), ended(300), ended(100), ended(300));
        assertThat(Views.of(up).cost()).isEqualTo(Views.of(down).cost()).isEqualTo(Money.ofFen(20));
        assertThat(up.course().badDebt()).isEqualTo(Money.ZERO);
    }

    private static Dispense run(Dispense d, DispenseFact... facts) {
        for (DispenseFact fact : facts) {
            d = DispenseFlow.apply(d, told(fact)).dispense();
        }
        return d;
    }

    @Test
    void aHoldThatComesAfterGivingUpIsGivenBack() {
        Dispense given = DispenseFlow.apply(in("CREATED"), new Abandoned()).dispense();
        Outcome late = DispenseFlow.apply(given, new HoldDone("h9"));
        assertThat(late.postings().getFirst().kind()).isEqualTo(Posting.Kind.RELEASE);
        assertThat(late.postings().getFirst().hold()).isEqualTo("h9");
        assertThat(late.dispense().course().state()).isEqualTo(DispenseState.VOIDED);
    }

    @Test
    void aRefusedRefundCanBeAskedForAgain() {
        Dispense asked = DispenseFlow.apply(in("CAPTURED"), INPUTS.get("refundAsked")).dispense();
        Dispense refused = DispenseFlow.apply(asked, new RefundRefused(Money.ofFen(20))).dispense();
        assertThat(refused.course().refundable()).isEqualTo(Money.ofFen(60));
    }

    @Test
    void whatIsFreeNeedsNoLedger() {
        Dispense d = DispenseFixture.created(Money.ZERO, 500);
        d = DispenseFlow.apply(d, new HoldDone("")).dispense();
        d = DispenseFlow.apply(d, new CommandLeaving()).dispense();
        Outcome end = DispenseFlow.apply(d, told(ended(480)));
        assertThat(end.postings()).isEmpty();
        assertThat(end.dispense().course().state()).isEqualTo(DispenseState.CAPTURED);
        assertThat(Views.of(end.dispense()).charged()).isEqualTo(Money.ZERO);
        assertThat(DispenseFlow.apply(d, INPUTS.get("refused")).postings()).isEmpty();
        assertThat(DispenseFlow.apply(end.dispense(), told(ended(500))).postings()).isEmpty();
    }

    @Test
    void theTimeForAnEndStartsWithTheFirstFactAndAnewWithAnotherJournal() {
        Dispense d = DispenseFlow.apply(in("COMMANDED"), INPUTS.get("intent")).dispense();
        assertThat(d.course().orphanAtMs()).isEqualTo(1_000_000 + 370_000);
        Told later = new Told(new DispenseFact.Progress(ID, 9, 1), "journal-1", 3, 1_100_000);
        assertThat(DispenseFlow.apply(d, later).dispense().course().orphanAtMs())
                .isEqualTo(1_370_000);
        Told elsewhere = new Told(new DispenseFact.Progress(ID, 9, 1), "journal-2", 3, 5_000);
        assertThat(DispenseFlow.apply(d, elsewhere).dispense().course().orphanAtMs())
                .isEqualTo(375_000);
    }
}
