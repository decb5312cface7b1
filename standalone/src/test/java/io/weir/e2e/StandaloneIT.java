package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One process: it stops cleanly, heals after kill -9, and Debian's Mosquitto clients get on with
 * it.
 */
class StandaloneIT {
    @Test
    void itHealsAfterKillAndStopsCleanly() throws IOException, InterruptedException {
        try (Platform platform = Platform.standalone("standalone")) {
            JsonNode before = platform.demo();
            long wallet =
                    new MainJob(platform).wallet("available").movePointRight(2).longValueExact();
            mosquittoPublishes(platform, before.get("devices").get(2));

            platform.killStandalone();
            platform.startStandalone();
            assertThat(platform.demo()).as("the demo's world is kept").isEqualTo(before);
            MainJob job = new MainJob(platform);
            assertThat(job.wallet("available").movePointRight(2).longValueExact())
                    .isEqualTo(wallet);
            try (DemoDevice device = platform.device(0)) {
                JsonNode done = job.awaitFinal(job.order(0, 300));
                assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
                job.assertRight(done, device.pouredOf(done.get("dispense_id").asText()));
            }

            platform.stopStandalone();
            assertThat(platform.output()).contains("stopped");
            Wait.until(
                    "no PostgreSQL is left behind",
                    Duration.ofSeconds(10),
                    () ->
                            ProcessHandle.allProcesses()
                                    .noneMatch(
                                            p ->
                                                    p.info()
                                                            .commandLine()
                                                            .orElse("")
                                                            .contains(
                                                                    platform.data
                                                                            .resolve("postgres")
                                                                            .toString())));
        }
    }

    /**
     * mosquitto_pub exits 0 only after its PUBACK; then the property can be read through the API.
     */
    private static void mosquittoPublishes(Platform platform, JsonNode device)
            throws IOException, InterruptedException {
        OsPackages.mosquitto();
        DeviceLogin client = DeviceLogin.of(device);
        String[] at = platform.mqtt().split(":");
        Process publish =
                new ProcessBuilder(
                                "mosquitto_pub",
                                "-h",
                                at[0],
                                "-p",
                                at[1],
                                "-i",
                                client.clientId(),
                                "-u",
                                client.user(),
                                "-P",
                                client.password(),
                                "-q",
                                "1",
                                "-t",
                                client.topic("thing/event/property/post"),
                                "-m",
                                "{\"id\":\"1\",\"params\":{\"temperature\":33.25}}")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(publish.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(publish.exitValue()).isZero();
        Api vendor = platform.vendor();
        String path = "/devices/" + device.get("device_id").asText() + "/properties";
        Wait.until(
                "the property is there",
                Duration.ofSeconds(20),
                () -> vendor.get(path).data().toString().contains("33.25"));
    }
}
