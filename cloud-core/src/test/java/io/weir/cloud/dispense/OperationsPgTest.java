package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.GetUsage;
import io.weir.api.dispense.OperationsOps.Span;
import io.weir.api.dispense.OperationsOps.Usage;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class OperationsPgTest {
    private DispenseHouse house;

    @BeforeEach
    void open() {
        house = new DispenseHouse();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private JsonNode summary(String token) {
        return house.api.get("/operations/summary", token).data();
    }

    private Reply act(String path, String token) {
        return house.api.post(path, token, null, Map.of());
    }

    @Test
    void everythingThatNeedsAHandIsShownWithItsAction() {
        String device = house.device();
        String overrun = house.order(house.member(500), device);
        house.tell(device, new DispenseFact.Ended(overrun, 600, 9, EndReason.FAULT));
        house.seeWhen(overrun, "CAPTURED");
        house.tell(device, new DispenseFact.Faulted(device, overrun, "NO_STOP"));
        house.tell(device, new DispenseFact.Unattributed(device, 33));
        String other = house.device();
        String running = house.order(house.member(500), other);
        house.tell(other, new DispenseFact.Running(running));

        JsonNode s = summary(house.vendor);
        assertThat(s.path("running").asInt()).isEqualTo(1);
        assertThat(s.path("running_dispenses").path(0).path("dispense_id").asText())
                .isEqualTo(running);
        assertThat(s.path("overrun").asInt()).isEqualTo(1);
        assertThat(s.path("faulted").asInt()).isEqualTo(1);
        assertThat(s.path("faults").path(0).path("code").asText()).isEqualTo("NO_STOP");
        assertThat(s.path("unattributed").asInt()).isEqualTo(1);
        assertThat(s.path("unattributed_flow").path(0).path("ml").asInt()).isEqualTo(33);
        assertThat(s.path("orphan").asInt()).isZero();

        String stranger = house.api.token(Role.VENDOR, "/ACME/");
        assertThat(summary(stranger).path("faulted").asInt()).isZero();
        long id = s.path("unattributed_flow").path(0).path("id").asLong();
        assertThat(act("/operations/unattributed/" + id + "/acknowledge", stranger).status())
                .isEqualTo(404);
        assertThat(act("/operations/faults/" + device + "/clear", stranger).status())
                .isEqualTo(404);
        assertThat(act("/dispenses/" + overrun + "/overrun/acknowledge", stranger).status())
                .isEqualTo(404);

        String dealer = house.api.token(Role.DEALER, DispenseHouse.DEALER);
        assertThat(house.api.get("/operations/unattributed", dealer).data()).hasSize(1);
        assertThat(house.api.get("/operations/faults", dealer).data()).hasSize(1);
        assertThat(act("/operations/unattributed/" + id + "/acknowledge", dealer).status())
                .isEqualTo(201);
        assertThat(act("/operations/faults/" + device + "/clear", dealer).status()).isEqualTo(201);
        assertThat(act("/dispenses/" + overrun + "/overrun/acknowledge", dealer).status())
                .isEqualTo(201);
        JsonNode after = summary(house.vendor);
        assertThat(after.path("overrun").asInt()).isZero();
        assertThat(after.path("faulted").asInt()).isZero();
        assertThat(after.path("unattributed").asInt()).isZero();
    }

    /** What is told of a device's use is what its facts told. */
    @Test
    @Tag("shows:A-089")
    void useIsSummedByWhenItWasOrderedAndUnderItsOwner() {
        String device = house.device();
        String first = house.member(500);
        pour(device, first, 400, 8);
        Instant noon = house.time.now();
        house.time.advance(Duration.ofDays(1));
        pour(device, house.member(500), 620, 11);
        Span before = new Span(Instant.EPOCH, noon);
        Span later = new Span(noon.plusSeconds(1), noon.plus(Duration.ofDays(9)));
        Span all = new Span(Instant.EPOCH, noon.plus(Duration.ofDays(9)));
        assertThat(use(device, DispenseHouse.DEALER, null, before, all, later))
                .as("what flowed, also beyond what was ordered and billed")
                .containsExactly(new Usage(0, 0, 0), new Usage(2, 1020, 19), new Usage(1, 620, 11));
        assertThat(use(device, DispenseHouse.DEALER, first, all))
                .containsExactly(new Usage(1, 400, 8));
        assertThat(use(device, "/DEMO/", null, all)).containsExactly(new Usage(0, 0, 0));
    }

    private void pour(String device, String member, long ml, long seconds) {
        String id = house.order(member, device);
        house.tell(device, new DispenseFact.Ended(id, ml, seconds, EndReason.LIMIT));
        house.seeWhen(id, "CAPTURED");
    }

    private List<Usage> use(String device, String tenant, String member, Span... spans) {
        var ask = new GetUsage(device, tenant, member, List.of(spans));
        return house.api.bus.call(OperationsOps.USAGE, ask, Call.system("test")).await().usages();
    }

    @Test
    void anOverdueEndIsSettledByHand() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.tell(device, new DispenseFact.Progress(id, 100, 2));
        assertThat(act("/dispenses/" + id + "/settle", house.vendor).code())
                .isEqualTo("WRONG_STATE");
        house.time.advance(Duration.ofMinutes(20));
        assertThat(
                        summary(house.vendor)
                                .path("orphan_dispenses")
                                .path(0)
                                .path("dispense_id")
                                .asText())
                .isEqualTo(id);
        assertThat(act("/dispenses/" + id + "/settle", house.vendor).status()).isEqualTo(202);
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(end.path("charged").decimalValue()).isEqualByComparingTo("0.20");
        assertThat(summary(house.vendor).path("orphan").asInt()).isZero();
    }

    @Test
    void aLostGatewaysDispensesAreSettledAtTheirLastCounters() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        String silent = house.order(house.member(500), house.device());
        house.tell(device, new DispenseFact.Progress(id, 250, 5));
        assertThat(act("/operations/gateways/edge-1/lost", house.vendor).status()).isEqualTo(403);
        Reply lost = act("/operations/gateways/edge-1/lost", house.platform);
        assertThat(lost.data().path("settled").asInt()).isEqualTo(2);
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("0.50");
        assertThat(house.seeWhen(silent, "CAPTURED").path("charged").decimalValue()).isZero();
    }

    @Test
    void aGatewaySilentForADayIsGivenUpAndOneThatSpeaksIsNot() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.tell(device, new DispenseFact.Progress(id, 250, 5));
        hours(1); // a cloud that was off for long counts one sweep
        house.time.advance(Duration.ofDays(5));
        hours(20);
        house.streamTime(Duration.ofSeconds(10));
        hours(23);
        assertThat(house.see(id).path("state").asText()).isEqualTo("RUNNING");
        hours(2);
        assertThat(house.seeWhen(id, "CAPTURED").path("reason").asText()).isEqualTo("ORPHAN");
    }

    private void hours(int n) {
        for (int i = 0; i < n; i++) {
            house.time.advance(Duration.ofHours(1));
            house.sweeper().sweep();
        }
    }

    @Test
    void everybodySeesTheirOwnDispensesOnly() {
        String mine = house.member(500);
        String yours = house.member(500);
        String device = house.device();
        String id = house.order(mine, device);
        assertThat(house.api.get("/dispenses/" + id, house.token(mine)).status()).isEqualTo(200);
        assertThat(house.api.get("/dispenses/" + id, house.token(yours)).status()).isEqualTo(404);
        assertThat(house.api.get("/dispenses", house.token(yours)).data()).isEmpty();
        Reply list = house.api.get("/dispenses?limit=1&sort=charged&order=asc", house.token(mine));
        assertThat(list.data()).hasSize(1);
        String dealer = house.api.token(Role.DEALER, DispenseHouse.DEALER);
        String neighbour = house.api.token(Role.DEALER, "/DEMO/A001/D002/");
        assertThat(house.api.get("/dispenses?state=COMMANDED", dealer).data()).hasSize(1);
        assertThat(house.api.get("/dispenses?device_id=" + device, house.vendor).data()).hasSize(1);
        assertThat(house.api.get("/dispenses", neighbour).data()).isEmpty();
        assertThat(house.api.get("/dispenses?sort=member", dealer).status()).isEqualTo(400);
    }

    @Test
    void theDatabaseHidesForeignRowsWithoutAnyWhere() {
        house.order(house.member(500), house.device());
        String all = "SELECT count(*) FROM dispense.dispense";
        assertThat(rows(Scope.tenant("/DEMO/"), all)).isEqualTo(1);
        assertThat(rows(Scope.tenant("/ACME/"), all)).isZero();
        assertThat(rows(Scope.member("/DEMO/", "somebody else"), all)).isZero();
        assertThat(house.api.db.app().query(all).execute().await().iterator().next().getLong(0))
                .isZero();
    }

    private long rows(Scope scope, String sql) {
        return house.api.tx.run(
                scope, c -> c.query(sql).execute().await().iterator().next().getLong(0));
    }
}
