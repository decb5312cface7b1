package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The main job as a user does it, judged by the device's own count. */
final class MainJob {
    private static final Duration POUR = Duration.ofSeconds(60);
    private static final List<String> FINAL = List.of("CAPTURED", "VOIDED");

    private final Platform platform;
    private final Api member;

    MainJob(Platform platform) {
        this.platform = platform;
        this.member = platform.member();
    }

    Api member() {
        return member;
    }

    /** Orders and returns the dispense's number. */
    String order(int mode, int ml) {
        JsonNode dispense =
                member.post(
                                "/devices/" + platform.deviceId(mode) + "/dispenses",
                                Map.of("outlet", "cold", "volume_ml", ml))
                        .data();
        return dispense.get("dispense_id").asText();
    }

    /** Buys quota for the time without the cloud. */
    JsonNode grant(int mode, int ml, int slices, String startBy) {
        return grant(platform.deviceId(mode), ml, slices, startBy);
    }

    JsonNode grant(String deviceId, int ml, int slices, String startBy) {
        return member.post(
                        "/devices/" + deviceId + "/grants",
                        Map.of(
                                "outlet", "cold",
                                "volume_ml", ml,
                                "slices", slices,
                                "start_by", startBy,
                                "hours", 1))
                .data();
    }

    /** Wants a grant back, and waits until none of it is reserved. */
    void recall(String grant) {
        member.post("/grants/" + grant + "/recall", Map.of());
        Wait.until(
                grant + " is given back",
                POUR,
                () -> {
                    boolean settled = true;
                    for (JsonNode s : member.get("/grants/" + grant).data().path("slices")) {
                        String state = s.path("state").asText();
                        settled &= List.of("DEBITED", "RELEASED", "REFUSED").contains(state);
                    }
                    return settled;
                });
    }

    /** Until so many slices of a grant are in a state. */
    void awaitSlices(String grant, String state, int count) {
        Wait.until(
                count + " slices " + state,
                POUR,
                () -> {
                    int found = 0;
                    for (JsonNode s : member.get("/grants/" + grant).data().path("slices")) {
                        found += s.path("state").asText().equals(state) ? 1 : 0;
                    }
                    return found == count;
                });
    }

    /** The same for any device; it may be refused. */
    Api.Answer tryOrder(String deviceId, int ml) {
        return tryOrder(deviceId, ml, UUID.randomUUID().toString());
    }

    Api.Answer tryOrder(String deviceId, int ml, String key) {
        return member.post(
                "/devices/" + deviceId + "/dispenses",
                Map.of("outlet", "cold", "volume_ml", ml),
                key);
    }

    JsonNode get(String dispense) {
        return member.get("/dispenses/" + dispense).data();
    }

    JsonNode awaitState(String dispense, String state) {
        return Wait.forValue(
                dispense + " becomes " + state,
                POUR,
                () -> {
                    JsonNode now = get(dispense);
                    return now.get("state").asText().equals(state) ? now : null;
                });
    }

    JsonNode awaitFinal(String dispense) {
        return Wait.forValue(
                dispense + " is settled",
                POUR,
                () -> {
                    JsonNode now = get(dispense);
                    return FINAL.contains(now.get("state").asText()) ? now : null;
                });
    }

    BigDecimal wallet(String field) {
        return member.get("/users/" + member.uid() + "/wallet").data().get(field).decimalValue();
    }

    /** The cold outlet's demo price is 0.40 yuan a litre. */
    static BigDecimal price(long ml) {
        return new BigDecimal("0.40")
                .multiply(BigDecimal.valueOf(ml))
                .divide(BigDecimal.valueOf(1000), 2, RoundingMode.HALF_UP);
    }

    /** Charged is what the billed volume costs; never more is billed than ordered or poured. */
    void assertRight(JsonNode dispense, long pouredByDevice) {
        long billed = dispense.get("billed_ml").asLong();
        assertThat(billed)
                .as("billed, device poured %s", pouredByDevice)
                .isLessThanOrEqualTo(Math.min(pouredByDevice, dispense.get("ordered_ml").asLong()));
        assertThat(dispense.get("charged").decimalValue()).isEqualByComparingTo(price(billed));
    }
}
