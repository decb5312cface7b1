package io.weir.cloud.dispense;

import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.Parties.Payee;
import io.weir.model.Money;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;

import java.time.Instant;
import java.util.List;

/** One dispense of 500 ml at 2.00 yuan per litre, shared by everybody there can be. */
final class DispenseFixture {
    static final String ID = "01j8zq3k5n7p9r1t3v5x7z9b1d";
    static final String MEMBER = "DEMO00000000000000AA";
    static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");
    static final long ORDERED_ML = 500;
    static final Parties PARTIES =
            new Parties(
                    new Payee("00000000000000A1", "/DEMO/"),
                    new Payee("00000000000000A2", "/DEMO/A001/"),
                    new Payee("00000000000000A3", "/DEMO/A001/D001/"),
                    new Payee("00000000000000A4", "/DEMO/P001/"),
                    List.of("R1", "R2", "R3"));

    private DispenseFixture() {}

    static Terms terms(Money price) {
        return new Terms(7, price, 500, 1000, 1500, 700, List.of(300, 200, 100));
    }

    static Dispense created() {
        return created(Money.ofFen(200), ORDERED_ML);
    }

    static Dispense created(Money price, long orderedMl) {
        return new Dispense(order(price, orderedMl, MeasureMode.VOLUME), Course.CREATED, NOW);
    }

    static Order order(MeasureMode mode) {
        return order(Money.ofFen(200), ORDERED_ML, mode);
    }

    private static Order order(Money price, long orderedMl, MeasureMode mode) {
        Terms terms = terms(price);
        return new Order(
                ID,
                "/DEMO/A001/D001/",
                MEMBER,
                "key-1",
                "WD00000001",
                "edge-1",
                Outlet.NORMAL,
                orderedMl,
                mode,
                50,
                2_222,
                60,
                10_000,
                370_000,
                terms,
                PARTIES,
                DispensePricing.tariff(terms, orderedMl),
                NOW,
                null);
    }
}
