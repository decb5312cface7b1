package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.Money;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class LedgerFlowPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Property(tries = 500)
    void partsOfASplitSumToTheWholeAndEachIsWithinOneFenOfItsDue(
            @ForAll @LongRange(min = 0, max = 1_000_000) long fen,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 10_000) Integer> weights) {
        long total = weights.stream().mapToLong(Integer::longValue).sum();
        if (total == 0) {
            return;
        }
        List<Money> parts =
                Money.ofFen(fen).split(weights.stream().map(Integer::longValue).toList());
        assertThat(parts.stream().mapToLong(Money::fen).sum()).isEqualTo(fen);
        for (int i = 0; i < parts.size(); i++) {
            long off = parts.get(i).fen() * total - fen * weights.get(i);
            assertThat(Math.abs(off)).isLessThan(total);
        }
    }

    /** Whatever the legs and however the refund is cut, shares shrink together to exactly zero. */
    @Property(tries = 300)
    void refundsInAnyPiecesEndWithEveryShareAtZero(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 3_000) Integer> amounts,
            @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 2_000) Integer> pieces) {
        long captured = amounts.stream().mapToLong(Integer::longValue).sum();
        if (captured == 0) {
            return;
        }
        var ledger = new MemoryLedger();
        ledger.run(Asks.topUp("t", Asks.UID, captured), NOW);
        ledger.run(Asks.hold("h", Asks.UID, captured), NOW);
        String hold = String.valueOf(ledger.holds.keySet().iterator().next());
        List<Leg> legs = new ArrayList<>();
        for (int i = 0; i < amounts.size(); i++) {
            legs.add(leg(i, amounts.get(i)));
        }
        ledger.run(Asks.capture("c", hold, legs), NOW);
        long left = captured;
        for (int i = 0; i < pieces.size() && left > 0; i++) {
            long piece = Math.min(left, pieces.get(i));
            left -= piece;
            assertThat(ledger.run(Asks.refund("r" + i, hold, piece), NOW))
                    .isInstanceOf(Verdict.Posted.class);
            assertThat(ledger.shares.get(Long.parseLong(hold)).values())
                    .allMatch(s -> s.refunded() <= s.amount());
        }
        if (left > 0) {
            ledger.run(Asks.refund("rest", hold, left), NOW);
        }
        assertThat(ledger.shares.get(Long.parseLong(hold)).values())
                .allMatch(s -> s.remaining() == 0);
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(captured);
        assertThat(ledger.posted("platform_fee")).isZero();
    }

    private static Leg leg(int i, int fen) {
        return switch (i % 3) {
            case 0 -> new Leg(LegKind.PAYABLE, "00000000000000F" + i, 0, Money.ofFen(fen));
            case 1 -> new Leg(LegKind.COMMISSION, "DEMO00000000000000B" + i, i, Money.ofFen(fen));
            default -> new Leg(LegKind.PLATFORM_FEE, "", 0, Money.ofFen(fen));
        };
    }
}
