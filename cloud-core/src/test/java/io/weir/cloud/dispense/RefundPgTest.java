package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.Money;
import io.weir.model.access.Role;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

class RefundPgTest {
    private static DispenseHouse house;

    @BeforeAll
    static void open() {
        house = new DispenseHouse();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /** A dispense of 500 ml for 1.00 yuan. */
    private static String captured(String member) {
        String device = house.device();
        String id = house.order(member, device);
        house.tell(device, new DispenseFact.Ended(id, 500, 10, EndReason.LIMIT));
        house.seeWhen(id, "CAPTURED");
        return id;
    }

    private static Reply refund(String id, String token, String key, String body) {
        return house.api.post(
                "/dispenses/" + id + "/refunds", token, body, Map.of("Idempotency-Key", key));
    }

    @Test
    void aPartGoesBackThenTheRestThenNothing() {
        String member = house.member(500);
        String id = captured(member);
        Reply part = refund(id, house.vendor, "p1", "{\"amount\":0.30,\"reason\":\"iron\"}");
        assertThat(part.status()).as(part.json().toString()).isEqualTo(201);
        assertThat(part.data().path("amount").decimalValue()).isEqualByComparingTo("0.30");
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(430));
        Reply rest = refund(id, house.vendor, "p2", "{\"reason\":\"all of it\"}");
        assertThat(rest.data().path("amount").decimalValue()).isEqualByComparingTo("0.70");
        assertThat(rest.data().path("refunded").decimalValue()).isEqualByComparingTo("1.00");
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(500));
        Reply more = refund(id, house.vendor, "p3", "{\"amount\":0.01,\"reason\":\"more\"}");
        assertThat(more.status()).isEqualTo(422);
        assertThat(more.code()).isEqualTo("REFUND_TOO_HIGH");
        assertThat(more.fields()).containsExactly("amount");
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
    }

    @Test
    void aRefundWhoseAnswerIsLostHappensOnce() {
        String member = house.member(500);
        String id = captured(member);
        house.ledgerMood = "answer lost";
        assertThat(refund(id, house.vendor, "q1", "{\"reason\":\"iron\"}").status()).isEqualTo(503);
        house.ledgerMood = "well";
        house.time.advance(Duration.ofMinutes(1));
        house.settle();
        DispenseHouse.until(
                () ->
                        house.count(
                                        "SELECT count(*) FROM dispense.posting WHERE dispense = $1"
                                                + " AND kind = 'REFUND' AND state = 'DONE'",
                                        id)
                                == 1,
                "the refund");
        Reply again = refund(id, house.vendor, "q1", "{\"reason\":\"iron\"}");
        assertThat(again.status()).as(again.json().toString()).isEqualTo(201);
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(500));
        assertThat(refund(id, house.vendor, "q1", "{\"reason\":\"copper\"}").code())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void onlyVendorAndPlatformRefundAndOnlyTheirOwn() {
        String member = house.member(500);
        String id = captured(member);
        String body = "{\"reason\":\"iron\"}";
        assertThat(refund(id, house.token(member), "r1", body).status()).isEqualTo(403);
        String other = house.api.token(Role.VENDOR, "/ACME/");
        assertThat(refund(id, other, "r1", body).status()).isEqualTo(404);
        assertThat(refund(id, house.platform, "r1", body).status()).isEqualTo(201);
    }

    @Test
    void whatIsNotCapturedIsNotRefunded() {
        String id = house.order(house.member(500), house.device());
        Reply reply = refund(id, house.vendor, "s1", "{\"reason\":\"iron\"}");
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.code()).isEqualTo("WRONG_STATE");
    }

    @Test
    void badRefundsNameTheField() {
        String id = captured(house.member(500));
        assertThat(refund(id, house.vendor, "t1", "{\"amount\":0,\"reason\":\"x\"}").fields())
                .containsOnly("amount");
        assertThat(refund(id, house.vendor, "t2", "{\"amount\":0.001,\"reason\":\"x\"}").fields())
                .containsOnly("amount");
        assertThat(refund(id, house.vendor, "t3", "{\"amount\":0.1}").fields())
                .containsExactly("reason");
        assertThat(refund(id, house.vendor, "t4", "{\"reason\":\"  \"}").fields())
                .containsExactly("reason");
    }
}
