package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.cloud.dispense.Parties.Payee;
import io.weir.model.Money;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import java.util.List;

class DispensePricingTest {
    @Property
    void theShareSumsExactlyToWhatIsCharged(
            @ForAll("terms") Terms terms,
            @ForAll("parties") Parties parties,
            @ForAll @LongRange(min = 0, max = 2_000_000) long fen) {
        List<Leg> legs = DispensePricing.legs(terms, parties, Money.ofFen(fen));
        assertThat(legs.stream().mapToLong(l -> l.amount().fen()).sum()).isEqualTo(fen);
        assertThat(legs).allMatch(l -> l.amount().isPositive());
    }

    @Property
    void everybodyGetsTheirShareToTheFen(
            @ForAll("terms") Terms terms, @ForAll @LongRange(min = 0, max = 2_000_000) long fen) {
        List<Leg> legs = DispensePricing.legs(terms, DispenseFixture.PARTIES, Money.ofFen(fen));
        assertNearly(of(legs, LegKind.PLATFORM_FEE, ""), fen, terms.platform());
        assertNearly(of(legs, LegKind.PAYABLE, "00000000000000A2"), fen, terms.agent());
        assertNearly(of(legs, LegKind.PAYABLE, "00000000000000A3"), fen, terms.dealer());
        assertNearly(of(legs, LegKind.PAYABLE, "00000000000000A4"), fen, terms.partner());
        for (int i = 0; i < terms.commission().size(); i++) {
            assertNearly(
                    of(legs, LegKind.COMMISSION, "R" + (i + 1)), fen, terms.commission().get(i));
        }
    }

    @Property
    void whoIsNotThereLeavesTheShareToTheVendor(
            @ForAll("terms") Terms terms, @ForAll @LongRange(min = 0, max = 2_000_000) long fen) {
        Parties alone = new Parties(new Payee("V", "/DEMO/"), null, null, null, List.of());
        List<Leg> legs = DispensePricing.legs(terms, alone, Money.ofFen(fen));
        assertNearly(of(legs, LegKind.PAYABLE, "V"), fen, Terms.WHOLE - terms.platform());
        assertThat(legs).hasSizeLessThanOrEqualTo(2);
    }

    @Property
    void theTariffIsRoundedHalfUpOnceAndNeverFallsWithTheVolume(
            @ForAll @LongRange(min = 0, max = 100_000) long fenPerLitre,
            @ForAll @LongRange(min = 0, max = 20_000) long ml) {
        Terms terms = DispenseFixture.terms(Money.ofFen(fenPerLitre));
        long fen = DispensePricing.tariff(terms, ml).fen();
        assertThat(fen).isEqualTo((fenPerLitre * ml + 500) / 1000);
        assertThat(DispensePricing.tariff(terms, ml + 1).fen()).isGreaterThanOrEqualTo(fen);
    }

    @Property
    void whatIsBilledIsNeitherMoreThanPouredNorMoreThanOrdered(
            @ForAll @IntRange(min = 0, max = 30_000) int poured,
            @ForAll @IntRange(min = 1, max = 20_000) int ordered) {
        assertThat(DispensePricing.billedMl(poured, ordered))
                .isLessThanOrEqualTo(poured)
                .isLessThanOrEqualTo(ordered)
                .isIn((long) poured, (long) ordered);
    }

    @Example
    void aHalfFenIsRoundedUp() {
        assertThat(DispensePricing.tariff(DispenseFixture.terms(Money.ofFen(100)), 5).fen())
                .isEqualTo(1);
        assertThat(DispensePricing.tariff(DispenseFixture.terms(Money.ofFen(100)), 4).fen())
                .isZero();
    }

    @Example
    void aFreeOutletCostsNothingAndHasNoLegs() {
        Terms free = DispenseFixture.terms(Money.ZERO);
        assertThat(DispensePricing.tariff(free, 20_000)).isEqualTo(Money.ZERO);
        assertThat(DispensePricing.legs(free, DispenseFixture.PARTIES, Money.ZERO)).isEmpty();
    }

    @Example
    void theOddFenGoesToTheLargestRemainder() {
        // 1 fen: everybody has less than half of it, the vendor 5700 of 10000 parts
        assertThat(
                        DispensePricing.legs(
                                DispenseFixture.terms(Money.ofFen(200)),
                                DispenseFixture.PARTIES,
                                Money.ofFen(1)))
                .containsExactly(
                        new Leg(LegKind.PAYABLE, "00000000000000A1", 0, Money.ofFen(1), "/DEMO/"));
    }

    @Example
    void termsThatGiveAwayMoreThanAllAreRefused() {
        assertThatThrownBy(() -> new Terms(1, Money.ZERO, 9000, 0, 0, 0, List.of(1001)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static long of(List<Leg> legs, LegKind kind, String to) {
        return legs.stream()
                .filter(l -> l.kind() == kind && l.to().equals(to))
                .mapToLong(l -> l.amount().fen())
                .sum();
    }

    /** Less than one fen from the exact share. */
    private static void assertNearly(long fen, long whole, long basisPoints) {
        assertThat(Math.abs(fen * Terms.WHOLE - whole * basisPoints)).isLessThan(Terms.WHOLE);
    }

    @Provide
    Arbitrary<Terms> terms() {
        Arbitrary<Integer> share = Arbitraries.integers().between(0, 1400);
        return Combinators.combine(share, share, share, share, share.list().ofMaxSize(3))
                .as((p, a, d, r, c) -> new Terms(1, Money.ofFen(200), p, a, d, r, c));
    }

    @Provide
    Arbitrary<Parties> parties() {
        Arbitrary<Payee> payee = Arbitraries.of("A", "B", "C").map(s -> new Payee(s, "/DEMO/"));
        return Combinators.combine(
                        payee.injectNull(0.5),
                        payee.injectNull(0.5),
                        payee.injectNull(0.5),
                        Arbitraries.of("R1", "R2", "R3", "R4").list().ofMaxSize(3).uniqueElements())
                .as((a, d, r, c) -> new Parties(new Payee("V", "/DEMO/"), a, d, r, c));
    }
}
