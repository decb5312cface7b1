package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.dispense.SliceApi;
import io.weir.api.dispense.SliceApi.PullSlices;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;
import io.weir.model.grant.SignedSlice;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Signer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A gateway that is given up, or that lost a device: what becomes of the quota that it holds. */
class LostGatewayPgTest {
    private static final Signer GATEWAY = Signer.derived(new byte[16], "gateway");

    @TempDir Path data;
    private DispenseHouse house;
    private String device;
    private String member;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(
                data.resolve("devices.key"), Base64.getEncoder().encodeToString(new byte[32]));
        house = new DispenseHouse();
        house.api.context(
                new SlicesVerticle(
                        house.api.bus,
                        house.api.tx,
                        house.time,
                        SlicesPgTest.CONFIG,
                        DispenseHouse.CONFIG,
                        data));
        device = house.device();
        member = house.member(500);
    }

    @AfterEach
    void close() {
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
        house.close();
    }

    private void grant(String key, String startBy, int slices) {
        String body =
                "{\"outlet\":\"normal\",\"volume_ml\":500,\"slices\":%d,\"start_by\":\"%s\",\"hours\":24}"
                        .formatted(slices, startBy);
        var reply =
                house.api.post(
                        "/devices/" + device + "/grants",
                        house.token(member),
                        body,
                        Map.of("Idempotency-Key", key));
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
    }

    private Slices pull() {
        var actor = new Actor("gateway:edge-1", Role.PLATFORM, Scope.PLATFORM);
        return house.api
                .bus
                .call(
                        SliceApi.PULL,
                        new PullSlices("edge-1", "journal-edge-1", GATEWAY.publicKey()),
                        new Call(actor, null, "pull"))
                .await();
    }

    private JsonNode lost() {
        return house.api
                .post("/operations/gateways/edge-1/lost", house.platform, null, Map.of())
                .data();
    }

    private void untilOpenHolds(int many) {
        DispenseHouse.until(() -> house.ledger.openHolds() == many, many + " open holds");
    }

    @Test
    void whatNeverLeftTheCloudGoesBackAndWhatDidStaysReserved() {
        grant("g1", "code", 1);
        assertThat(pull().slices()).hasSize(1);
        grant("g2", "code", 2);
        assertThat(house.ledger.openHolds()).isEqualTo(3);
        assertThat(lost().path("reserved").asInt()).isEqualTo(1);
        untilOpenHolds(1);
        assertThat(lost().path("reserved").asInt()).as("twice is once").isEqualTo(1);
        assertThat(house.ledger.openHolds()).isEqualTo(1);
    }

    @Test
    void aJournalThatReturnsIsCapturedOnceAndNothingIsGrantedAnew() {
        grant("g1", "button", 2);
        List<SignedSlice> slices = pull().slices();
        assertThat(slices).hasSize(2);
        assertThat(lost().path("reserved").asInt()).isEqualTo(2);
        var spent = slices.getFirst().slice();
        for (int twice = 0; twice < 2; twice++) {
            house.tell(
                    device,
                    new DispenseFact.Intent(spent.dispenseId(), spent.command()),
                    new DispenseFact.Ended(spent.dispenseId(), 300, 9, EndReason.LIMIT));
        }
        JsonNode done = house.seeWhen(spent.dispenseId(), "CAPTURED");
        assertThat(done.path("charged").decimalValue()).isEqualByComparingTo("0.60");
        assertThat(house.ledger.captures()).isEqualTo(1);
        Slices after = pull();
        assertThat(after.recalled()).containsExactly(slices.getLast().slice().dispenseId());
        assertThat(house.ledger.openHolds()).as("its word is still to come").isEqualTo(1);
    }

    @Test
    void anOpenPourOfASliceSettlesWithItsGatewayAndALaterEndIsNotChargedTwice() {
        grant("g1", "code", 1);
        var spent = pull().slices().getFirst().slice();
        house.tell(
                device,
                new DispenseFact.Intent(spent.dispenseId(), spent.command()),
                new DispenseFact.Progress(spent.dispenseId(), 200, 4));
        assertThat(lost().path("settled").asInt()).isEqualTo(1);
        house.seeWhen(spent.dispenseId(), "CAPTURED");
        house.tell(device, new DispenseFact.Ended(spent.dispenseId(), 260, 6, EndReason.LIMIT));
        DispenseHouse.until(
                () -> house.ledger.badDebts().equals(Money.ofFen(12)), "bad debt of 60 ml");
        assertThat(house.ledger.captures()).isEqualTo(1);
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(460));
    }

    @Test
    void aDeviceThatMovedSellsNothingMoreAtItsOldGateway() {
        grant("g1", "button", 2);
        List<SignedSlice> slices = pull().slices();
        assertThat(slices).hasSize(2);
        grant("g2", "code", 1);
        house.move(device, "edge-2");
        Slices after = pull();
        assertThat(after.recalled())
                .containsExactlyInAnyOrderElementsOf(
                        slices.stream().map(s -> s.slice().dispenseId()).toList());
        untilOpenHolds(2);
        assertThat(
                        house.count(
                                "SELECT count(*) FROM dispense.quota_grant WHERE recalled_at IS"
                                        + " NULL"))
                .isZero();
    }
}
