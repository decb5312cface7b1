package io.weir.cloud.dispense;

import static io.weir.cloud.dispense.DispenseHouse.BODY;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.ledger.LedgerConfig;
import io.weir.cloud.ledger.LedgerRoutes;
import io.weir.cloud.ledger.LedgerVerticle;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The whole way of the money with the real ledger: hold, capture, split, commission, refund. */
class RealLedgerPgTest {
    private static final LedgerConfig LEDGER = new LedgerConfig(64, 1000, 2, Duration.ofDays(7));
    private static DispenseHouse house;

    @BeforeAll
    static void open() {
        house =
                new DispenseHouse(
                        h ->
                                h.api.context(
                                        new LedgerVerticle(
                                                LEDGER, h.api.bus, h.api.db, h.time, h.metrics)),
                        List.of(
                                DispenseRoutes.CONTEXT,
                                new ContextRoutes("ledger", LedgerRoutes.ROUTES)));
        house.asOwner("SELECT weir.be_born(true)");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static JsonNode wallet(String member) {
        return house.api.get("/users/" + member + "/wallet", house.token(member)).data();
    }

    private static String memberWith(String yuan) {
        String member = house.member(0);
        Reply paid =
                house.api.post(
                        "/users/" + member + "/wallet/topups",
                        house.token(member),
                        "{\"amount\":" + yuan + ",\"channel\":\"lab\"}",
                        Map.of("Idempotency-Key", "topup-" + member));
        assertThat(paid.status()).as(paid.json().toString()).isEqualTo(201);
        return member;
    }

    @Test
    void fromTheTopUpToTheShareOfEachAndBack() {
        String member = memberWith("5.00");
        String device = house.device();
        String id = house.order(member, device);
        assertThat(wallet(member).path("held").decimalValue()).isEqualByComparingTo("1.00");
        house.tell(
                device,
                new DispenseFact.Intent(id, house.edge.command(id)),
                new DispenseFact.Progress(id, 430, 9),
                new DispenseFact.Ended(id, 430, 9, EndReason.MEMBER));
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(end.path("charged").decimalValue()).isEqualByComparingTo("0.86");
        assertThat(wallet(member).path("available").decimalValue()).isEqualByComparingTo("4.14");
        assertThat(wallet(member).path("held").decimalValue()).isZero();
        assertThat(sumOfShares(id)).isEqualTo(86);

        Reply refund =
                house.api.post(
                        "/dispenses/" + id + "/refunds",
                        house.vendor,
                        "{\"amount\":0.36,\"reason\":\"iron\"}",
                        Map.of("Idempotency-Key", "refund-1"));
        assertThat(refund.status()).as(refund.json().toString()).isEqualTo(201);
        assertThat(wallet(member).path("available").decimalValue()).isEqualByComparingTo("4.50");
        assertThat(sumOfShares(id)).isEqualTo(50);
    }

    private static long sumOfShares(String id) {
        return house.count(
                """
                SELECT coalesce(sum(s.amount - s.refunded), 0)::bigint FROM ledger.share s
                WHERE s.hold = (SELECT hold::bigint FROM dispense.dispense WHERE id = $1)
                """,
                id);
    }

    @Test
    void whoHasNoMoneyIsRefusedByTheRealLedgerToo() {
        String member = memberWith("0.99");
        Reply reply = house.create(member, house.device(), "real-poor", BODY);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("INSUFFICIENT_FUNDS");
    }

    @Test
    void whatIsRefusedCorrectedOrOwedIsUnderstoodByTheRealLedger() {
        String member = memberWith("10.00");
        String refused = house.device();
        String a = house.order(member, refused);
        house.tell(refused, new DispenseFact.Refused(a, EndReason.EXPIRED));
        String late = house.device();
        String b = house.order(member, late);
        house.tell(late, new DispenseFact.Ended(b, 500, 9, EndReason.LIMIT));
        house.seeWhen(b, "CAPTURED");
        house.tell(late, new DispenseFact.Ended(b, 250, 9, EndReason.LIMIT));
        String lost = house.device();
        String c = house.order(member, lost);
        house.time.advance(Duration.ofMinutes(20));
        house.api.post("/dispenses/" + c + "/settle", house.platform, null, Map.of());
        house.seeWhen(c, "CAPTURED");
        house.tell(lost, new DispenseFact.Ended(c, 500, 9, EndReason.LIMIT));
        DispenseHouse.until(
                () -> house.count("SELECT count(*) FROM dispense.posting WHERE state = 'DUE'") == 0,
                "all told");
        assertThat(wallet(member).path("available").decimalValue()).isEqualByComparingTo("9.50");
        assertThat(wallet(member).path("held").decimalValue()).isZero();
        assertThat(house.count("SELECT count(*) FROM dispense.posting WHERE problem IS NOT NULL"))
                .isZero();
    }

    /** The figure is printed; the bound only catches a wait for some timer. */
    @Test
    void theCommandLeavesSoonAfterTheRequest() {
        String member = memberWith("100.00");
        long[] ms = new long[30];
        for (int i = 0; i < ms.length; i++) {
            String device = house.device();
            long start = System.nanoTime();
            String id = house.order(member, device);
            DispenseHouse.until(() -> house.edge.command(id) != null, "the command");
            ms[i] = Duration.ofNanos(System.nanoTime() - start).toMillis();
        }
        Arrays.sort(ms);
        System.out.println(
                "request to command at the edge: median "
                        + ms[15]
                        + " ms, worst "
                        + ms[29]
                        + " ms");
        assertThat(ms[15]).isLessThan(1000);
    }

    /** The figure is printed; the bound only catches a wait for some timer. */
    @Test
    void theShareIsVisibleWithinASecond() {
        String member = memberWith("100.00");
        long[] ms = new long[20];
        for (int i = 0; i < ms.length; i++) {
            String device = house.device();
            String id = house.order(member, device);
            long start = System.nanoTime();
            house.tell(device, new DispenseFact.Ended(id, 500, 9, EndReason.LIMIT));
            DispenseHouse.until(() -> sumOfShares(id) == 100, "the shares");
            ms[i] = Duration.ofNanos(System.nanoTime() - start).toMillis();
        }
        Arrays.sort(ms);
        System.out.println("fact to shares: median " + ms[10] + " ms, worst " + ms[19] + " ms");
        assertThat(ms[10]).isLessThan(1000);
    }
}
