package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * The operator's page as the demo vendor uses it: what runs, what needs a hand, one action each.
 */
class LivePageIT {
    private static Platform platform;
    private static MainJob job;
    private Browser desk;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("live-page");
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void open() {
        desk = Browser.desk();
    }

    @AfterEach
    void theConsoleIsClean() {
        try {
            assertThat(desk.complaints()).isEmpty();
        } finally {
            desk.close();
        }
    }

    @Test
    void aDispenseIsSeenAsItRunsAndStoppedFromHere() {
        try (DemoDevice device = platform.device(0);
                DemoDevice other = platform.device(2)) {
            desk.open(platform.api() + "/console");
            desk.screenshot("live-1-login");
            login();
            desk.see("#live", "实时");
            desk.see("#tile-devices_online .value", "2");
            desk.see("#tile-devices_online", "共 3 台");
            String second = job.order(2, 600);
            String id = job.order(0, 1500);
            desk.see(row(id), "出水中");
            desk.see("#tile-running .value", "2");
            Wait.until(
                    "messages are counted",
                    Duration.ofSeconds(10),
                    () -> Integer.parseInt(desk.text("#tile-messages .value")) > 0);
            desk.click("#language");
            desk.see(row(id), "Running");
            Wait.until(
                    "its progress is seen",
                    Duration.ofSeconds(10),
                    () -> desk.number(row(id) + " [data-poured]", "poured") > 300);
            desk.screenshot("live-2-running");
            desk.click(row(id) + " button");
            desk.see(row(id), "Captured");
            JsonNode done = job.awaitState(id, "CAPTURED");
            job.assertRight(done, device.pouredOf(id));
            job.assertRight(job.awaitFinal(second), other.pouredOf(second));
            desk.see("#tile-running .value", "0");
            desk.reload();
            desk.see(row(id), "Captured");
        }
    }

    @Test
    void whatNeedsAHandIsShownAndEachIsClearedByItsOneAction() {
        try (DemoDevice device = platform.device(1);
                DemoDevice other = platform.device(2)) {
            desk.open(platform.api() + "/console");
            login();
            desk.click("#language");
            desk.see("#tile-faulted .value", "0");
            device.tell("stuck on");
            String id = job.order(1, 200);
            desk.see(row(id), "Running");
            desk.see("#tile-faulted.alarm .value", "1");
            desk.see("[data-matter=fault]", platform.deviceId(1));
            desk.see("[data-matter=unattributed]");
            String meanwhile = job.order(2, 1200);
            desk.see(row(meanwhile), "Running");
            device.tell("stuck off");
            device.awaitEvent("closed", id, Duration.ofSeconds(10));
            desk.see("#tile-overrun.alarm .value", "1");
            desk.screenshot("live-3-matters");
            desk.click("[data-matter=fault] button");
            desk.gone("[data-matter=fault]");
            desk.click("[data-matter=overrun] button");
            desk.gone("[data-matter=overrun]");
            desk.clickAway("[data-matter=unattributed] button");
            desk.see("#tile-unattributed .value", "0");
            desk.see("#tile-faulted .value", "0");
            desk.see("#tile-overrun .value", "0");
            desk.screenshot("live-4-cleared");
            assertThat(job.awaitFinal(id).get("reason").asText()).isEqualTo("FAULT");
            job.assertRight(job.awaitFinal(meanwhile), other.pouredOf(meanwhile));
            String next = job.order(1, 200);
            assertThat(job.awaitFinal(next).get("state").asText()).isEqualTo("CAPTURED");
        }
    }

    @Test
    void strangersAreTurnedAway() {
        desk.open(platform.api() + "/console");
        desk.type("input[name=user]", "demo");
        desk.type("input[name=password]", "no");
        desk.click("#login .primary");
        desk.see("#notice", "用户名或密码不正确");
        desk.forgive("401");
    }

    /** Swagger UI draws the contract that is served, from this origin alone. */
    @Test
    void theDocsRender() {
        desk.open(platform.api() + "/docs");
        desk.see("#operations-tag-debug", "Debugging of single devices");
        assertThat(desk.count(".opblock-tag-section")).isGreaterThan(12);
        assertThat(desk.count(".opblock")).as("a page of all operations takes long").isZero();
        desk.click("#operations-tag-devices");
        desk.see(".opblock-summary-path");
        assertThat(desk.count(".opblock")).isGreaterThan(5);
        desk.screenshot("docs");
    }

    private void login() {
        JsonNode vendor = platform.demo().get("vendor");
        desk.type("input[name=user]", vendor.get("user").asText());
        desk.type("input[name=password]", vendor.get("password").asText());
        desk.click("#login .primary");
        desk.see("#tile-running");
    }

    private static String row(String dispense) {
        return "[data-dispense='" + dispense + "']";
    }
}
