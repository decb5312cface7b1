package io.weir.cloud.dispense;

import static io.weir.cloud.dispense.DispenseHouse.BODY;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.dispense.DispenseOps;
import io.weir.api.dispense.DispenseOps.CreateDispense;
import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

class CreateDispensePgTest {
    private static DispenseHouse house;

    @BeforeAll
    static void open() {
        house = new DispenseHouse();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @AfterEach
    void nothingIsHeldThatNobodyKnows() {
        house.ledgerMood = "well";
        house.edge.down = false;
        house.settle();
        DispenseHouse.until(
                () ->
                        house.ledger.openHolds()
                                == house.count(
                                        "SELECT count(*) FROM dispense.dispense WHERE hold IS NOT"
                                                + " NULL AND state IN ('HELD', 'COMMANDED',"
                                                + " 'RUNNING')"),
                "no stray hold");
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
    }

    private static void refused(Reply reply, int status, String code, String... fields) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.fields()).containsExactly(fields);
    }

    @Test
    void theMoneyIsHeldAndTheDeviceIsTold() {
        String device = house.device();
        String member = house.member(500);
        Reply reply = house.create(member, device, "k-told", BODY);
        assertThat(reply.status()).isEqualTo(202);
        JsonNode d = reply.data();
        assertThat(d.path("dispense_id").asText()).matches("[a-z0-9]{26}");
        assertThat(d.path("state").asText()).isEqualTo("COMMANDED");
        assertThat(d.path("hold").decimalValue()).isEqualByComparingTo("1.00");
        assertThat(d.path("price").decimalValue()).isEqualByComparingTo("2.00");
        assertThat(d.path("charged").isNull()).isTrue();
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(400));
        String id = d.path("dispense_id").asText();
        DispenseHouse.until(() -> house.edge.command(id) != null, "the command");
        OpenDispense command = house.edge.command(id);
        assertThat(command.orderedMl()).isEqualTo(500);
        assertThat(command.outlet()).isEqualTo(Outlet.NORMAL);
        assertThat(command.secondsMax()).isEqualTo(60);
        assertThat(command.ttlMs()).isEqualTo(10_000);
    }

    @Test
    void theSameKeyGivesTheSameDispenseAndAnotherBodyIsRefused() {
        String device = house.device();
        String member = house.member(500);
        String id =
                house.create(member, device, "k-same", BODY).data().path("dispense_id").asText();
        Reply again = house.create(member, device, "k-same", BODY);
        assertThat(again.data().path("dispense_id").asText()).isEqualTo(id);
        assertThat(house.ledger.balance("hold:" + member)).isEqualTo(Money.ofFen(100));
        refused(
                house.create(member, device, "k-same", BODY.replace("500", "400")),
                409,
                "IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void theContextItselfReplaysWhatTheApiForgot() {
        String device = house.device();
        String member = house.member(500);
        String id =
                house.create(member, device, "k-forgot", BODY).data().path("dispense_id").asText();
        Actor actor = new Actor(member, Role.MEMBER, Scope.member("/DEMO/", member));
        DispenseView again =
                house.api
                        .bus
                        .call(
                                DispenseOps.CREATE,
                                new CreateDispense(device, Outlet.NORMAL, 500),
                                new Call(actor, "k-forgot", "r"))
                        .await();
        assertThat(again.dispenseId()).isEqualTo(id);
        assertThat(house.edge.opened.stream().filter(o -> o.dispenseId().equals(id))).hasSize(1);
    }

    @Test
    void withoutAKeyNothingHappens() {
        refused(
                house.create(house.member(500), house.device(), null, BODY),
                400,
                "IDEMPOTENCY_KEY_REQUIRED",
                "Idempotency-Key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"outlet\":\"normal\",\"volume_ml\":0}         | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":-5}        | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":1.5}       | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":\"much\"}  | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":\"500\"}   | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":20001}     | volume_ml",
                "{\"outlet\":\"normal\",\"volume_ml\":null}      | volume_ml",
                "{\"outlet\":\"lava\",\"volume_ml\":500}         | outlet",
                "{\"outlet\":\"hot' OR 1=1 --\",\"volume_ml\":5} | outlet",
                "{\"volume_ml\":500}                             | outlet",
                "{\"outlet\":\"normal\",\"volume_ml\":5,\"free\":true} | free"
            })
    void aBadBodyIsRefusedWithTheFieldNamed(String body, String field) {
        String member = house.member(500);
        refused(
                house.create(member, house.device(), "k-" + body.hashCode(), body.trim()),
                422,
                "INVALID",
                field);
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(500));
    }

    @Test
    void anOutletThatTheDeviceDoesNotHaveIsRefused() {
        refused(
                house.create(
                        house.member(500), house.device(), "k-hot", BODY.replace("normal", "hot")),
                422,
                "UNKNOWN_OUTLET",
                "outlet");
    }

    @Test
    void anOutletWithoutAPriceIsRefused() {
        refused(
                house.create(
                        house.member(500),
                        house.device(),
                        "k-cold",
                        BODY.replace("normal", "cold")),
                409,
                "NO_TARIFF");
        refused(
                house.create(house.member(500), house.bareDevice("/DEMO/"), "k-bare", BODY),
                409,
                "NO_TARIFF");
    }

    @Test
    void unknownAndForeignDevicesLookAlike() {
        String foreign = house.bareDevice("/ACME/");
        Reply unknown = house.create(house.member(500), "WD-NOWHERE", "k-unknown", BODY);
        Reply others = house.create(house.member(500), foreign, "k-foreign", BODY);
        refused(unknown, 404, "NOT_FOUND");
        refused(others, 404, "NOT_FOUND");
        assertThat(others.json().path("message").asText())
                .isEqualTo("device " + foreign + " not found");
    }

    @Test
    void aDeviceThatIsOfflineFaultedOrOutOfServiceIsRefused() {
        String device = house.device();
        house.change(device, true, false);
        refused(house.create(house.member(500), device, "k-off", BODY), 409, "DEVICE_OFFLINE");
        house.change(device, false, true);
        refused(house.create(house.member(500), device, "k-out", BODY), 409, "DEVICE_NOT_USABLE");
        house.change(device, true, true);
        house.tell(device, new DispenseFact.Faulted(device, DispenseFixture.ID, "NO_STOP"));
        refused(house.create(house.member(500), device, "k-fault", BODY), 409, "DEVICE_FAULTED");
        house.tell(device, new DispenseFact.Cleared(device));
        assertThat(house.create(house.member(500), device, "k-fine", BODY).status()).isEqualTo(202);
    }

    @Test
    @Tag("shows:A-027")
    void aDeviceThatSomebodyElseHoldsIsRefused() {
        String device = house.device();
        house.held.add(device);
        refused(house.create(house.member(500), device, "k-held", BODY), 403, "NOT_SHARED");
        house.held.remove(device);
        assertThat(house.create(house.member(500), device, "k-free", BODY).status()).isEqualTo(202);
    }

    @Test
    void whoHasNoMoneyGetsNoWater() {
        String device = house.device();
        String member = house.member(99);
        Reply reply = house.create(member, device, "k-poor", BODY);
        refused(reply, 422, "INSUFFICIENT_FUNDS");
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(99));
        assertThat(
                        house.count(
                                "SELECT count(*) FROM dispense.dispense WHERE member = $1 AND state"
                                        + " = 'VOIDED' AND reason = 'INSUFFICIENT_FUNDS'",
                                member))
                .isEqualTo(1);
        assertThat(house.create(house.member(500), device, "k-rich", BODY).status()).isEqualTo(202);
    }

    @Test
    void theSecondScannerIsRefusedBeforeAnyHold() {
        String device = house.device();
        int holds = house.ledger.holds();
        List<CompletableFuture<Reply>> scanners =
                IntStream.range(0, 8)
                        .mapToObj(i -> house.member(500))
                        .map(
                                m ->
                                        CompletableFuture.supplyAsync(
                                                () -> house.create(m, device, "k-race", BODY)))
                        .toList();
        List<Integer> answers = scanners.stream().map(f -> f.join().status()).sorted().toList();
        assertThat(answers).containsExactly(202, 409, 409, 409, 409, 409, 409, 409);
        assertThat(house.ledger.holds()).isEqualTo(holds + 1);
    }

    @Test
    void aFreeOutletNeedsNoMoney() {
        String device = house.device();
        String member = house.member(0);
        Reply reply = house.create(member, device, "k-free", BODY.replace("normal", "warm"));
        assertThat(reply.status()).isEqualTo(202);
        String id = reply.data().path("dispense_id").asText();
        house.tell(device, new DispenseFact.Ended(id, 480, 9, EndReason.LIMIT));
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue()).isZero();
    }

    @Test
    void onlyAnActiveMemberDispenses() {
        String device = house.device();
        String path = "/devices/" + device + "/dispenses";
        Map<String, String> key = Map.of("Idempotency-Key", "k-role");
        assertThat(house.api.post(path, house.vendor, BODY, key).code()).isEqualTo("NO_CHANNEL");
        assertThat(house.api.post(path, house.platform, BODY, key).status()).isEqualTo(403);
        assertThat(house.api.post(path, null, BODY, key).status()).isEqualTo(401);
        String gone = "DEMO00000000000000FF";
        refused(house.create(gone, device, "k-gone", BODY), 403, "FORBIDDEN");
    }

    @Test
    void aLostAnswerOfTheLedgerLeavesNoHold() {
        String device = house.device();
        String member = house.member(500);
        house.ledgerMood = "answer lost";
        refused(house.create(member, device, "k-lost", BODY), 503, "UNAVAILABLE");
        house.ledgerMood = "well";
        house.time.advance(Duration.ofMinutes(10));
        house.settle();
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(500)),
                "the money back");
        assertThat(house.create(house.member(500), device, "k-next", BODY).status()).isEqualTo(202);
    }

    @Test
    void aCreatorThatDiesAtAnyStepLeavesNoHoldAndNoBusyDevice() {
        String member = house.member(500);
        String created = house.device();
        String held = house.device();
        String a = house.order(member, created);
        String b = house.order(member, held);
        // what a dead creator's row looks like: the hold is there and nobody has written so
        house.api
                .db
                .system()
                .query(
                        "UPDATE dispense.dispense SET state = 'CREATED', hold = NULL WHERE id = '"
                                + a
                                + "'; UPDATE dispense.dispense SET state = 'HELD' WHERE id = '"
                                + b
                                + "'")
                .execute()
                .await();
        house.sweeper().sweep();
        assertThat(house.see(a).path("state").asText()).isEqualTo("CREATED");
        house.time.advance(Duration.ofMinutes(2));
        house.sweeper().sweep();
        for (String id : List.of(a, b)) {
            assertThat(house.seeWhen(id, "VOIDED").path("reason").asText()).isEqualTo("ABANDONED");
        }
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(500)),
                "the money back");
        assertThat(house.create(house.member(500), created, "k-again", BODY).status())
                .isEqualTo(202);
    }

    @Test
    void aCommandWithoutNewsIsAskedForAndNeverSentAgain() {
        String device = house.device();
        house.edge.down = true;
        String id = house.order(house.member(500), device);
        house.time.advance(Duration.ofDays(3));
        house.sweeper().sweep();
        assertThat(house.see(id).path("state").asText()).isEqualTo("COMMANDED");
        house.edge.down = false;
        house.resolver().resolve();
        DispenseHouse.until(
                () -> house.edge.resolved.stream().anyMatch(r -> r.dispenseId().equals(id)),
                "the question");
        house.resolver().resolve();
        assertThat(house.edge.command(id)).isNull();
        assertThat(house.edge.resolved.stream().filter(r -> r.dispenseId().equals(id))).hasSize(1);
        house.tell(device, new DispenseFact.Refused(id, EndReason.NOT_PUBLISHED));
        assertThat(house.seeWhen(id, "VOIDED").path("reason").asText()).isEqualTo("NOT_PUBLISHED");
    }

    @Test
    void aMemberStopsTheirOwnOnly() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        String stop = "/dispenses/" + id + "/stop";
        Reply stranger = house.api.post(stop, house.token(house.member(1)), null, Map.of());
        refused(stranger, 404, "NOT_FOUND");
        assertThat(house.api.post(stop, house.token(member), null, Map.of()).status())
                .isEqualTo(202);
        assertThat(house.edge.stopped).anyMatch(s -> s.dispenseId().equals(id));
    }
}
