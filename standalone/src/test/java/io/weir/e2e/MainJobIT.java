package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.simulator.SimulatorRun;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * Scan, dispense, meter, charge, split: the whole platform in one process, the device on the
 * unmodified npm SDK.
 */
class MainJobIT {
    private static Platform platform;
    private static MainJob job;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("main-job");
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void halfALitreIsPouredMeteredAndCharged(int mode) {
        BigDecimal before = job.wallet("available");
        try (DemoDevice device = platform.device(mode)) {
            String id = job.order(mode, 500);
            JsonNode done = job.awaitFinal(id);
            assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
            assertThat(done.get("reason").asText()).isEqualTo("LIMIT");
            assertThat(device.openings(id)).isEqualTo(1);
            long poured = device.pouredOf(id);
            assertThat(poured).as("stopped near its limit").isBetween(450L, 620L);
            job.assertRight(done, poured);
            assertThat(done.get("billed_ml").asLong()).isGreaterThanOrEqualTo(480);
            assertThat(job.wallet("available"))
                    .isEqualByComparingTo(before.subtract(done.get("charged").decimalValue()));
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
        }
    }

    @Test
    void theMemberStopsAndPaysForWhatFlowed() {
        try (DemoDevice device = platform.device(0)) {
            String id = job.order(0, 1500);
            job.awaitState(id, "RUNNING");
            Wait.until(
                    "some water",
                    Duration.ofSeconds(10),
                    () -> job.get(id).get("volume_ml").asLong() > 100);
            assertThat(job.member().post("/dispenses/" + id + "/stop", Map.of()).status())
                    .isEqualTo(202);
            JsonNode done = job.awaitFinal(id);
            assertThat(done.get("reason").asText()).isEqualTo("MEMBER");
            assertThat(done.get("billed_ml").asLong()).isBetween(100L, 1499L);
            job.assertRight(done, device.pouredOf(id));
        }
    }

    @Test
    void theDevicesOwnButtonEndsIt() {
        try (DemoDevice device = platform.device(0)) {
            String id = job.order(0, 1500);
            job.awaitState(id, "RUNNING");
            Wait.until(
                    "some water",
                    Duration.ofSeconds(10),
                    () -> job.get(id).get("volume_ml").asLong() > 100);
            device.tell("press");
            JsonNode done = job.awaitFinal(id);
            assertThat(done.get("reason").asText()).isEqualTo("DEVICE");
            job.assertRight(done, device.pouredOf(id));
        }
    }

    @Test
    void whatIsChargedIsSharedOutToTheFenAndARefundTakesItBack() {
        Api vendor = platform.vendor();
        try (DemoDevice device = platform.device(0)) {
            String id = job.order(0, 1000);
            BigDecimal charged = job.awaitFinal(id).get("charged").decimalValue();
            BigDecimal before = job.wallet("available");
            JsonNode refund =
                    vendor.post(
                                    "/dispenses/" + id + "/refunds",
                                    Map.of("amount", charged, "reason", "cloudy"))
                            .data();
            assertThat(refund.get("refunded").decimalValue()).isEqualByComparingTo(charged);
            assertThat(job.wallet("available")).isEqualByComparingTo(before.add(charged));
            assertThat(
                            vendor.post(
                                            "/dispenses/" + id + "/refunds",
                                            Map.of(
                                                    "amount",
                                                    new BigDecimal("0.01"),
                                                    "reason",
                                                    "again"))
                                    .status())
                    .isIn(409, 422);
            assertThat(device.openings(id)).isEqualTo(1);
        }
    }

    /**
     * Dispensers of the simulator, whose own count is the oracle; the bills are read here, not by
     * it.
     */
    @Test
    void fiftyFaultyDispensersAreBilledForWhatTheyPoured() throws Exception {
        SimulatorRun run =
                SimulatorRun.of(
                        platform.data.resolve("demo.json"),
                        Map.of(
                                "devices", "50",
                                "seconds", "12",
                                "orders", "150",
                                "ml", "300",
                                "every", "2",
                                "seed", "7",
                                "faults",
                                        "all,duplicate=0.2,reorder=0.2,power-loss=0.5,reboot=0.5,counter-lost=0.5,silent=0.5,flap=0.5"));
        assertThat(run.summary()).contains("RIGHT").doesNotContain("WRONG");
        assertThat(run.faults()).as("faults\n" + run.summary()).isGreaterThan(20);
        assertThat(run.poured()).hasSizeGreaterThan(5);
        run.poured()
                .forEach(
                        (dispense, poured) -> {
                            JsonNode bill = job.get(dispense);
                            assertThat(bill.get("state").asText()).isIn("CAPTURED", "VOIDED");
                            job.assertRight(bill, poured);
                        });
        assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
    }
}
