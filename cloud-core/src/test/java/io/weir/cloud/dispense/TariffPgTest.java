package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

class TariffPgTest {
    private static DispenseHouse house;

    @BeforeAll
    static void open() {
        house = new DispenseHouse();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Reply put(String device, String token, String body) {
        return house.api.send("PUT", "/devices/" + device + "/tariff", token, body, Map.of());
    }

    private static Reply get(String device, String token) {
        return house.api.get("/devices/" + device + "/tariff", token);
    }

    private static String price(String device) {
        return get(device, house.vendor)
                .data()
                .path("prices")
                .path("normal")
                .decimalValue()
                .toPlainString();
    }

    @Test
    void theNarrowestNewestTariffIsInForce() {
        String device = house.bareDevice("/TREE/A001/");
        String vendor = house.api.token(Role.VENDOR, "/TREE/");
        assertThat(get(device, vendor).status()).isEqualTo(404);
        put(device, vendor, "{\"applies_to\":\"VENDOR\",\"prices\":{\"normal\":1.00}}");
        assertThat(get(device, vendor).data().path("prices").path("normal").decimalValue())
                .isEqualByComparingTo("1.00");
        put(device, vendor, "{\"applies_to\":\"PRODUCT\",\"prices\":{\"normal\":2.00}}");
        put(device, vendor, "{\"prices\":{\"normal\":3.00}}");
        put(device, vendor, "{\"prices\":{\"normal\":4.00}}");
        put(device, vendor, "{\"applies_to\":\"VENDOR\",\"prices\":{\"normal\":9.00}}");
        JsonNode now = get(device, vendor).data();
        assertThat(now.path("prices").path("normal").decimalValue()).isEqualByComparingTo("4.00");
        assertThat(now.path("applies_to").asText()).isEqualTo("DEVICE");
        String sibling = house.bareDevice("/TREE/");
        assertThat(get(sibling, vendor).data().path("prices").path("normal").decimalValue())
                .isEqualByComparingTo("9.00");
    }

    @Test
    void whatIsUnderWayKeepsItsTariff() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        put(device, house.vendor, "{\"prices\":{\"normal\":50.00}}");
        assertThat(price(device)).isEqualTo("50.00");
        house.tell(device, new DispenseFact.Ended(id, 500, 10, EndReason.LIMIT));
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
    }

    @Test
    void aMemberSeesPricesOnlyAndADealerAll() {
        String device = house.device();
        JsonNode member = get(device, house.token(house.member(1))).data();
        assertThat(member.path("prices").path("normal").decimalValue())
                .isEqualByComparingTo("2.00");
        assertThat(member.path("split").isNull()).isTrue();
        assertThat(member.path("commission").isNull()).isTrue();
        JsonNode dealer = get(device, house.api.token(Role.DEALER, DispenseHouse.DEALER)).data();
        assertThat(dealer.path("split").path("dealer").asInt()).isEqualTo(1500);
        assertThat(get(device, house.api.token(Role.DEALER, "/DEMO/A001/D002/")).status())
                .isEqualTo(404);
    }

    @Test
    void onlyThePlatformChangesItsShare() {
        String device = house.device();
        String same =
                "{\"prices\":{\"normal\":1},\"split\":{\"platform\":500,\"agent\":0,\"dealer\":0,\"partner\":0}}";
        String less = same.replace("500", "0");
        assertThat(put(device, house.vendor, same).status()).isEqualTo(201);
        Reply refused = put(device, house.vendor, less);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(put(device, house.platform, less).status()).isEqualTo(201);
        Reply silent = put(device, house.vendor, "{\"prices\":{\"normal\":1}}");
        assertThat(silent.data().path("split").path("platform").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prices\":{}}                           | prices",
                "{\"prices\":{\"lava\":1}}                 | prices.lava",
                "{\"prices\":{\"normal\":-1}}              | prices.normal",
                "{\"prices\":{\"normal\":0.001}}           | prices.normal",
                "{\"prices\":{\"normal\":1001}}            | prices.normal",
                "{\"prices\":{\"normal\":1},\"commission\":[1,2,3,4]} | commission",
                "{\"prices\":{\"normal\":1},\"commission\":[9000,2000]} | split"
            })
    void aBadTariffIsRefusedWithTheFieldNamed(String body, String field) {
        Reply reply = put(house.device(), house.vendor, body.trim());
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(422);
        assertThat(reply.fields()).as(reply.json().toString()).containsExactly(field);
    }
}
