package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/** The page behind the code on a dispenser, as a person with a phone uses it. */
class ScanPageIT {
    private static Platform platform;
    private static MainJob job;
    private Browser phone;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("scan-page");
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void open() {
        phone = Browser.phone();
    }

    @AfterEach
    void theConsoleIsClean() {
        try {
            assertThat(phone.complaints()).isEmpty();
        } finally {
            phone.close();
        }
    }

    @Test
    void aMemberScansPoursReloadsStopsAndGetsAReceipt() {
        try (DemoDevice device = platform.device(0)) {
            scan(0);
            phone.see("#login", "登录");
            phone.screenshot("scan-1-login");
            login("member");
            phone.click("[data-outlet=cold]");
            phone.click("[data-volume='1000']");
            phone.see("#price", "¥0.40");
            phone.see("#available", "¥");
            phone.screenshot("scan-2-order");
            phone.click("#start");
            phone.see("#progress[data-state=RUNNING]");
            awaitPoured(450);
            device.tell("flow 10"); // time to look around
            phone.screenshot("scan-3-pouring");
            phone.click("#language");
            phone.see("#so-far", "so far");
            phone.screenshot("scan-3-pouring-english");
            phone.click("#language");
            long before = poured();
            phone.reload();
            phone.see("#progress[data-state=RUNNING]");
            assertThat(poured()).isGreaterThanOrEqualTo(before);
            phone.screenshot("scan-4-reloaded");
            phone.click("#stop");
            phone.see("#receipt", "您已停止");
            phone.screenshot("scan-5-receipt");

            String id = phone.text("#receipt-number");
            JsonNode done = job.awaitState(id, "CAPTURED");
            job.assertRight(done, device.pouredOf(id));
            assertThat(phone.text("#charged")).isEqualTo(yuan(done.get("charged").decimalValue()));
            phone.see("#available", yuan(job.wallet("available")));
            phone.click("#receipt .primary");
            phone.see("#start");
        }
    }

    @Test
    void inEnglishUpToTheLimitAndTheReceiptSurvivesAReload() {
        try (DemoDevice device = platform.device(2)) {
            scan(2);
            phone.click("#language");
            phone.see("#login", "Log in");
            phone.screenshot("scan-english-1-login");
            login("member");
            phone.click("[data-outlet=cold]");
            phone.click("[data-volume='200']");
            phone.see("#price", "¥0.08");
            phone.screenshot("scan-english-2-order");
            phone.click("#start");
            phone.see("#progress");
            phone.see("#receipt", "Volume reached");
            phone.reload();
            phone.see("#receipt", "Volume reached");
            phone.screenshot("scan-english-3-receipt");
            String id = phone.text("#receipt-number");
            job.assertRight(job.get(id), device.pouredOf(id));
            phone.click("#logout");
            phone.see("#login");
        }
    }

    @Test
    void aWrongPasswordAndAnUnknownDeviceGetAPlainAnswer() {
        scan(1);
        phone.type("input[name=mobile]", "13800000001");
        phone.type("input[name=password]", "no");
        phone.click("#login .primary");
        phone.see("#notice", "手机号或密码不正确");
        phone.screenshot("scan-wrong-password");
        phone.open(platform.api() + "/d/NOSUCHDEVICE");
        phone.see("#notice", "没有找到这台设备");
        phone.screenshot("scan-unknown-device");
        phone.forgive("401");
        phone.forgive("404");
    }

    @Test
    void anOfflineDeviceSaysSoAndOffersNothing() {
        scan(1);
        login("member");
        phone.see("#status[data-status=offline]", "离线");
        phone.see("#closed", "设备暂时离线");
        phone.gone("#start");
        phone.screenshot("scan-offline");
    }

    @Test
    void withoutMoneyThePageSaysSoAndTopsUp() {
        try (DemoDevice device = platform.device(1)) {
            scan(1);
            login("other_member");
            phone.see("#available", "¥0.00");
            phone.click("#start");
            phone.see("#notice", "余额不足");
            phone.screenshot("scan-no-money");
            phone.forgive("422");
            phone.click("#topup");
            phone.see("#available", "¥10.00");
            phone.gone("#notice");
            phone.click("[data-volume='200']");
            phone.click("#start");
            phone.see("#receipt", "¥0.0");
            assertThat(device.events()).isNotEmpty();
        }
    }

    @Test
    void whileSomebodyElseDispensesTheOthersWait() {
        try (DemoDevice device = platform.device(0)) {
            String id = job.order(0, 1500);
            job.awaitState(id, "RUNNING");
            scan(0);
            login("other_member");
            phone.see("#status[data-status=busy]", "使用中");
            phone.see("#closed", "有人正在使用");
            phone.screenshot("scan-busy");
            device.tell("press");
            job.awaitFinal(id);
            phone.see("#start");
        }
    }

    @Test
    void aDeviceThatDoesNotStopIsOutOfOrderUntilItIsCleared() {
        try (DemoDevice device = platform.device(0)) {
            device.tell("stuck on");
            String id = job.order(0, 200);
            scan(0);
            login("other_member");
            phone.see("#status[data-status=faulted]", "故障");
            phone.see("#closed", "设备故障");
            phone.screenshot("scan-faulted");
            device.tell("stuck off");
            job.assertRight(job.awaitFinal(id), device.pouredOf(id));
            platform.vendor()
                    .post("/operations/faults/" + platform.deviceId(0) + "/clear", Map.of())
                    .data();
            phone.see("#start");
        }
    }

    @Test
    void withTheNetworkGoneThePageSaysSoAndCatchesUp() {
        try (DemoDevice device = platform.device(0)) {
            scan(0);
            login("member");
            phone.click("[data-outlet=cold]");
            phone.click("[data-volume='1000']");
            phone.click("#start");
            phone.see("#progress[data-state=RUNNING]");
            awaitPoured(100);
            phone.network(false);
            phone.see("#link", "网络连接中断");
            phone.screenshot("scan-link-down");
            phone.network(true);
            phone.gone("#link");
            phone.see("#receipt", "已到所选水量");
            phone.forgive("ERR_INTERNET_DISCONNECTED");
            String id = phone.text("#receipt-number");
            job.assertRight(job.get(id), device.pouredOf(id));
        }
    }

    @Test
    void codesBoughtBeforehandAreShownLargePourAtTheDeviceAndStayWithoutANetwork() {
        try (DemoDevice device = platform.device(0)) {
            BigDecimal before = job.wallet("available");
            scan(0);
            login("member");
            phone.click("[data-outlet=cold]");
            phone.click("[data-volume='300']");
            phone.click("#codes-open");
            phone.see("#codes-none", "还没有取水码");
            phone.screenshot("codes-1-none");
            phone.click("[data-choice='count-2']");
            phone.see("#codes-buy", "¥0.24");
            phone.click("#codes-buy");
            Wait.until(
                    "both codes are at the device",
                    Duration.ofSeconds(30),
                    () -> phone.count(".code[data-standing=code_ready]") == 2);
            String code = phone.text(".code .digits").replaceAll("\\s", "");
            assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{12}");
            phone.scrollTo("#codes");
            phone.screenshot("codes-2-ready");
            phone.click("#language");
            phone.see(".code", "valid until");
            phone.screenshot("codes-2-ready-english");
            phone.click("#language");
            onASmallPhone();

            phone.network(false);
            phone.see("#codes-offline", "照样能用");
            assertThat(phone.text(".code .digits").replaceAll("\\s", "")).isEqualTo(code);
            phone.screenshot("codes-3-no-network");
            device.tell("code " + code);
            device.await("the pour", Duration.ofSeconds(30), e -> DemoDevice.is(e, "closed"));
            assertThat(phone.count(".code .digits")).isEqualTo(2);
            phone.network(true);
            phone.gone("#codes-offline");
            phone.see(".done[data-standing=code_used]", "已使用");
            String id = phone.attribute(".done[data-standing=code_used]", "data-id");
            JsonNode done = job.awaitState(id, "CAPTURED");
            job.assertRight(done, device.pouredOf(id));
            BigDecimal charged = done.get("charged").decimalValue();
            phone.see(".done[data-standing=code_used]", "实付 " + yuan(charged));
            phone.click("#codes-back");
            phone.see("#codes-back", "确定");
            phone.click("#codes-back");
            phone.see(".done[data-standing=code_returned]", "退回 ¥0.12");
            phone.see("#available", yuan(before.subtract(charged)));
            phone.scrollTo("#codes");
            phone.screenshot("codes-4-used-and-returned");
            assertThat(job.wallet("available")).isEqualByComparingTo(before.subtract(charged));
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
            phone.forgive("ERR_INTERNET_DISCONNECTED");
        }
    }

    private void onASmallPhone() {
        Browser usual = phone;
        try (Browser small = Browser.smallPhone()) {
            phone = small;
            scan(0);
            login("member");
            phone.scrollTo("#codes");
            phone.screenshot("codes-2-ready-small");
        } finally {
            phone = usual;
        }
    }

    private void scan(int mode) {
        phone.open(platform.api() + "/d/" + platform.deviceId(mode));
    }

    private void login(String who) {
        JsonNode member = platform.demo().get(who);
        phone.type("input[name=mobile]", member.get("mobile").asText());
        phone.type("input[name=password]", member.get("password").asText());
        phone.click("#login .primary");
        phone.see("#wallet");
    }

    private long poured() {
        return phone.number("#progress .glass", "poured");
    }

    private void awaitPoured(long ml) {
        Wait.until(ml + " ml are seen", Duration.ofSeconds(20), () -> poured() >= ml);
    }

    private static String yuan(BigDecimal amount) {
        return "¥" + amount.setScale(2).toPlainString();
    }
}
