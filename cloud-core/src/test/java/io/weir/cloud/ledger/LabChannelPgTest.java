package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.members.MembersApi;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.Test;

import java.util.List;

class LabChannelPgTest {
    @Test
    void aDatabaseBornWithoutDemoRefusesPlayMoneyForEver() {
        try (var house = new LedgerHouse().serve(1, LedgerHouse.CONFIG)) {
            refused(house);
            assertThat(house.number("SELECT weir.be_born(false)::int")).isZero();
            assertThat(house.number("SELECT weir.be_born(true)::int")).isZero();
            refused(house);
            assertThatThrownBy(() -> house.plant("UPDATE weir.birth SET demo = true"))
                    .hasMessageContaining("born once");
            refused(house);
            house.bus.serve(
                    MembersApi.FACTS,
                    (call, q) ->
                            new MembersApi.MemberFacts(q.uid(), Asks.VENDOR, "", true, List.of()));
            assertThat(house.wallet(Asks.UID).channels()).isEmpty();
        }
    }

    private static void refused(LedgerHouse house) {
        assertThatThrownBy(() -> house.topUp(Asks.UID, 1_000))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("CHANNEL_NOT_ALLOWED"));
        assertThat(house.number("SELECT count(*) FROM ledger.topup")).isZero();
    }
}
