package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Unbilled water within hours and litres: to check a device, and to try one. */
class ChannelsPgTest {
    private DispenseHouse house;
    private int keys;

    @BeforeEach
    void open() {
        house = new DispenseHouse();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reply open(String token, String device, String kind, String uid, long ml) {
        Map<String, Object> body = new HashMap<>();
        body.put("kind", kind);
        body.put("hours", 2);
        body.put("volume_ml", ml);
        if (uid != null) {
            body.put("user_id", uid);
        }
        return house.api.post("/devices/" + device + "/channels", token, body);
    }

    private Reply pour(String token, String device, int ml) {
        return house.api.post(
                "/devices/" + device + "/dispenses",
                token,
                "{\"outlet\":\"normal\",\"volume_ml\":" + ml + "}",
                Map.of("Idempotency-Key", "channel-" + ++keys));
    }

    private void ends(String device, Reply order, long ml) {
        assertThat(order.status()).as(String.valueOf(order.json())).isEqualTo(202);
        String id = order.data().path("dispense_id").asText();
        house.tell(device, new DispenseFact.Ended(id, ml, 5, EndReason.LIMIT));
        house.seeWhen(id, "CAPTURED");
    }

    private JsonNode only(String token, String device) {
        JsonNode all = house.api.get("/devices/" + device + "/channels", token).data();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    @Tag("stores:openChannel")
    @Tag("stores:listChannels")
    @Tag("stores:createDispense")
    @Tag("shows:A-175")
    void aMemberTriesADeviceUntilTheLitresAreUpAndPaysFromThere() {
        String device = house.device();
        String member = house.member(1_000);
        String token = house.token(member);
        long channel =
                open(house.vendor, device, "TRIAL", member, 800).data().path("channel_id").asLong();
        Reply free = pour(token, device, 500);
        assertThat(free.data().path("channel_id").asLong()).isEqualTo(channel);
        assertThat(free.data().path("hold").decimalValue()).isZero();
        assertThat(only(token, device).path("used_ml").asLong()).as("ordered").isEqualTo(500);
        ends(device, free, 450);
        assertThat(only(token, device).path("used_ml").asLong()).as("flowed").isEqualTo(450);
        JsonNode last = house.see(free.data().path("dispense_id").asText());
        assertThat(last.path("charged").decimalValue()).isZero();
        Reply paid = pour(token, device, 400);
        assertThat(paid.data().path("channel_id").isNull()).as("350 ml are left").isTrue();
        assertThat(paid.data().path("hold").decimalValue()).isEqualByComparingTo("0.80");
        ends(device, paid, 400);
        ends(device, pour(token, device, 350), 350);
        assertThat(only(token, device).path("state").asText()).isEqualTo("USED_UP");
        Reply other = pour(house.token(house.member(500)), device, 100);
        assertThat(other.data().path("channel_id").isNull()).as("somebody else pays").isTrue();
        assertThat(house.ledger.balance("wallet:" + member).fen()).isEqualTo(920);
    }

    /** A key is its caller's own: neither gets to see, or is answered with, the other's order. */
    @Test
    void twoOfTheVendorsPeopleMayUseTheSameKey() {
        String device = house.device();
        open(house.vendor, device, "TRIAL", null, 900);
        String ann = house.api.token(Role.VENDOR, "/DEMO/", "ANN");
        String bob = house.api.token(Role.VENDOR, "/DEMO/", "BOB");
        Reply first = pour(ann, device, 100);
        keys--;
        assertThat(pour(ann, device, 100).data()).as("the same again").isEqualTo(first.data());
        ends(device, first, 100);
        keys--;
        Reply second = pour(bob, device, 100);
        assertThat(second.data().path("dispense_id"))
                .isNotEqualTo(first.data().path("dispense_id"));
        ends(device, second, 100);
        assertThat(only(house.vendor, device).path("used_ml").asLong()).isEqualTo(200);
    }

    @Test
    @Tag("shows:A-175")
    @Tag("refuses:createDispense")
    void theVendorsOwnPeopleTryInAChannelOnly() {
        String device = house.device();
        assertThat(pour(house.vendor, device, 100).code()).isEqualTo("NO_CHANNEL");
        open(house.vendor, device, "TRIAL", null, 300);
        ends(device, pour(house.vendor, device, 200), 200);
        assertThat(pour(house.vendor, device, 101).code()).isEqualTo("NO_CHANNEL");
        assertThat(pour(house.api.token(Role.VENDOR, "/ACME/"), device, 50).code())
                .isEqualTo("NOT_FOUND");
        house.time.advance(Duration.ofHours(2));
        assertThat(pour(house.vendor, device, 50).code()).as("two hours").isEqualTo("NO_CHANNEL");
        assertThat(only(house.vendor, device).path("state").asText()).isEqualTo("EXPIRED");
    }

    @Test
    @Tag("shows:A-174")
    @Tag("refuses:openChannel")
    void whatIsBeingCheckedPoursForWhoChecksItOnly() {
        String device = house.device();
        String member = house.member(500);
        assertThat(open(house.vendor, device, "QC", null, 900).code()).isEqualTo("NOT_IN_QC");
        house.checked(device, true);
        assertThat(pour(house.token(member), device, 100).code()).isEqualTo("DEVICE_NOT_USABLE");
        assertThat(open(house.vendor, device, "QC", member, 900).fields())
                .containsExactly("user_id");
        assertThat(pour(house.vendor, device, 100).code()).isEqualTo("NO_CHANNEL");
        assertThat(open(house.vendor, device, "QC", null, 900).status()).isEqualTo(201);
        ends(device, pour(house.vendor, device, 100), 100);
        house.checked(device, false);
        assertThat(pour(house.vendor, device, 100).code())
                .as("with its QC the channel is over")
                .isEqualTo("NO_CHANNEL");
        assertThat(open(house.api.token(Role.VENDOR, "/ACME/"), device, "TRIAL", null, 9).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:endChannel")
    @Tag("refuses:endChannel")
    @Tag("refuses:listChannels")
    void anEndedChannelLetsNothingFlow() {
        String device = house.device();
        String stranger = house.api.token(Role.VENDOR, "/ACME/");
        long id = open(house.vendor, device, "TRIAL", null, 900).data().path("channel_id").asLong();
        String path = "/devices/" + device + "/channels/" + id;
        assertThat(house.api.send("DELETE", path, stranger, null, Map.of()).code())
                .isEqualTo("NOT_FOUND");
        assertThat(house.api.get("/devices/" + device + "/channels", stranger).code())
                .isEqualTo("NOT_FOUND");
        assertThat(house.api.send("DELETE", path, house.vendor, null, Map.of()).status())
                .isEqualTo(204);
        assertThat(house.api.send("DELETE", path, house.vendor, null, Map.of()).code())
                .isEqualTo("NOT_FOUND");
        assertThat(pour(house.vendor, device, 100).code()).isEqualTo("NO_CHANNEL");
        assertThat(only(house.vendor, device).path("state").asText()).isEqualTo("ENDED");
        assertThat(house.api.get("/devices/" + device + "/channels", house.token("M9")).data())
                .as("a member sees their own")
                .isEmpty();
    }

    @Test
    void ofManyOrdersAtOnceTheLastLitreGoesToOne() throws Exception {
        String device = house.device();
        open(house.vendor, device, "TRIAL", null, 100);
        List<Callable<Reply>> orders = java.util.Collections.nCopies(8, () -> order(device));
        int let = 0;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Reply> answer : pool.invokeAll(orders)) {
                let += answer.get().status() == 202 ? 1 : 0;
            }
        }
        assertThat(let).isEqualTo(1);
        assertThat(only(house.vendor, device).path("used_ml").asLong()).isEqualTo(100);
    }

    private Reply order(String device) {
        return house.api.post(
                "/devices/" + device + "/dispenses",
                house.vendor,
                "{\"outlet\":\"normal\",\"volume_ml\":100}",
                Map.of("Idempotency-Key", "at-once-" + Thread.currentThread().threadId()));
    }
}
