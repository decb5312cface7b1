package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.vendors.VendorsApi.GetWechatApp;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Vendors from birth to their end, as the platform keeps them (AX-01 to AX-08, AX-13). */
class VendorLifeTest {
    private static VendorsWorld w;

    @BeforeAll
    static void start() {
        w = new VendorsWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    @Test
    @Tag("stores:createVendor")
    @Tag("stores:getVendor")
    @Tag("stores:listVendors")
    @Tag("refuses:createVendor")
    @Tag("refuses:getVendor")
    @Tag("refuses:listVendors")
    @Tag("shows:A-010")
    @Tag("shows:A-182")
    @Tag("shows:A-183")
    @Tag("shows:A-195")
    void aVendorIsBornWithNumberCodeAndOwnerAndTellsNoSecret() {
        Reply born =
                w.create(
                        "user",
                        "owner-one",
                        "code",
                        "CLW1",
                        "name",
                        "Clear Water Ltd",
                        "abbv",
                        "Clear",
                        "mp_appid",
                        "wx1",
                        "mp_secret",
                        "hush-hush",
                        "mch_secret",
                        "hush-too");
        assertThat(born.status()).isEqualTo(201);
        String vid = born.data().path("vid").asText();
        assertThat(vid).matches("[0-9A-F]{16}");
        Reply read = w.api.get("/vendors/" + vid, w.platform());
        assertThat(read.data().path("path").asText()).isEqualTo("/CLW1/");
        assertThat(read.data().path("user").asText()).isEqualTo("owner-one");
        assertThat(read.data().path("abbv").asText()).isEqualTo("Clear");
        assertThat(read.data().path("mp_secret_set").asBoolean()).isTrue();
        assertThat(read.data().path("signed").asBoolean()).isFalse();
        Reply list = w.api.get("/vendors?name=clear%20water%20ltd&limit=1", w.platform());
        assertThat(list.json().path("total").asInt()).isEqualTo(1);
        assertThat(read.json() + list.json().toString())
                .doesNotContain("hush")
                .doesNotContain("secret\"")
                .doesNotContain("pwd");

        Reply code = w.create("code", "CLW1");
        assertThat(code.code()).isEqualTo("CODE_TAKEN");
        assertThat(code.fields()).containsExactly("code");
        assertThat(w.create("code", "0000").fields()).containsExactly("code");
        Reply name = w.create("user", "OWNER-ONE");
        assertThat(name.code()).isEqualTo("NAME_TAKEN");
        assertThat(name.fields()).containsExactly("user");
        assertThat(w.create("zone", "Mars/Base").fields()).containsExactly("zone");
        assertThat(w.api.get("/vendors/00000000000000FF", w.platform()).code())
                .isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/vendors?sort=pwd", w.platform()).fields()).containsExactly("sort");
        assertThat(w.api.get("/vendors", w.api.token(Role.VENDOR, "/CLW1/")).status())
                .isEqualTo(403);
    }

    @Test
    void oneCodeAtOnceIsOneVendors() throws Exception {
        try (var threads = Executors.newFixedThreadPool(3)) {
            Callable<Integer> one = () -> w.create("code", "RACE").status();
            List<Integer> statuses =
                    threads.invokeAll(List.of(one, one, one)).stream()
                            .map(Future::resultNow)
                            .sorted()
                            .toList();
            assertThat(statuses).containsExactly(201, 422, 422);
        }
    }

    @Test
    @Tag("stores:updateVendor")
    @Tag("stores:setVendorMobile")
    @Tag("stores:setVendorPassword")
    @Tag("refuses:updateVendor")
    @Tag("refuses:setVendorMobile")
    @Tag("refuses:setVendorPassword")
    @Tag("shows:A-185")
    @Tag("shows:A-186")
    @Tag("shows:A-187")
    void profileLoginMobileAndPasswordChange() {
        String vid = w.create("user", "owner-two").data().path("vid").asText();
        String path = "/vendors/" + vid;
        String token = w.login("owner-two");
        assertThat(w.put(path, w.platform(), Map.of("user", "owner-2b", "area", "Zhuhai")).status())
                .isEqualTo(201);
        assertThat(w.put(path + "/mob", w.platform(), Map.of("mobile", "13812345678")).status())
                .isEqualTo(201);
        var data = w.api.get(path, w.platform()).data();
        assertThat(data.path("user").asText()).isEqualTo("owner-2b");
        assertThat(data.path("area").asText()).isEqualTo("Zhuhai");
        assertThat(data.path("mobile").asText()).isEqualTo("13812345678");
        assertThat(data.path("name").asText()).as("left out stays").isEqualTo("Clear Water");
        assertThat(w.tryLogin("owner-2b", "secret").status()).isEqualTo(201);
        assertThat(w.put(path + "/pwd", w.platform(), Map.of("pwd", "another")).status())
                .isEqualTo(201);
        assertThat(w.api.get("/vendors/me", token).status()).as("sessions end").isEqualTo(401);
        assertThat(w.tryLogin("owner-2b", "secret").status()).isEqualTo(401);
        assertThat(w.tryLogin("owner-2b", "another").status()).isEqualTo(201);
        w.create("user", "owner-taken");
        assertThat(w.put(path, w.platform(), Map.of("user", "owner-taken")).fields())
                .containsExactly("user");
        String none = "/vendors/00000000000000FF";
        assertThat(w.put(none + "/mob", w.platform(), Map.of("mobile", "13812345678")).code())
                .isEqualTo("NOT_FOUND");
        assertThat(w.put(none + "/pwd", w.platform(), Map.of("pwd", "another")).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:setVendorMerchant")
    @Tag("refuses:setVendorMerchant")
    @Tag("shows:A-188")
    void secretsAreSealedAndFollowTheKey() {
        String vid = w.create().data().path("vid").asText();
        String path = "/vendors/" + vid + "/mxx";
        var set = Map.of("mp_appid", "wx-app", "mp_secret", "the secret", "mch_gid", "42");
        assertThat(w.put(path, w.platform(), set).status()).isEqualTo(201);
        assertThat(w.put("/vendors/00000000000000FF/mxx", w.platform(), set).code())
                .isEqualTo("NOT_FOUND");
        var ask = new GetWechatApp(vid);
        assertThat(w.merchants("devices.key", "").wechat(ask).secret()).isEqualTo("the secret");
        assertThat(dump(vid)).doesNotContain("the secret");

        w.key("second.key");
        Merchants turning = w.merchants("second.key", "devices.key");
        assertThat(turning.wechat(ask).secret()).as("before it is moved").isEqualTo("the secret");
        while (!turning.reseal()) {}
        assertThat(w.merchants("second.key", "").wechat(ask).secret()).isEqualTo("the secret");
        assertThatThrownBy(() -> w.merchants("devices.key", "").wechat(ask))
                .hasMessageContaining("oldKeyFile");
        Merchants back = w.merchants("devices.key", "second.key");
        while (!back.reseal()) {}
        assertThat(w.put(path, w.platform(), Map.of("mp_secret", "")).status()).isEqualTo(201);
        assertThat(
                        w.api.get("/vendors/" + vid, w.platform())
                                .data()
                                .path("mp_secret_set")
                                .asBoolean())
                .isFalse();
    }

    private static String dump(String vid) {
        return w.api.db
                .system()
                .query(
                        "SELECT encode(sealed, 'escape') FROM vendors.secret WHERE vid = '"
                                + vid
                                + "'")
                .execute()
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    @Test
    @Tag("stores:setVendorOptions")
    @Tag("refuses:setVendorOptions")
    @Tag("shows:A-179")
    @Tag("shows:A-181")
    @Tag("shows:A-189")
    void stateAndModulesAreInForceAtTheDoorAtOnce() {
        String vid = w.signed("owner-cap");
        String path = "/vendors/" + vid + "/cfg";
        String token = w.login("owner-cap");
        assertThat(w.api.get("/users", token).status()).isEqualTo(200);
        assertThat(w.put(path, w.platform(), Map.of("modules", List.of("device"))).status())
                .isEqualTo(201);
        Reply capped = await(() -> w.api.get("/users", token), 403);
        assertThat(capped.code()).isEqualTo("MODULE_NOT_GRANTED");
        assertThat(w.api.get("/vendors/me", token).status()).isEqualTo(200);
        w.put(path, w.platform(), Map.of("state", 2));
        assertThat(w.api.get("/vendors/" + vid, w.platform()).data().path("modules"))
                .as("left out stays")
                .hasSize(1);
        Reply unknown = w.put(path, w.platform(), Map.of("modules", List.of("teleport")));
        assertThat(unknown.code()).isEqualTo("UNKNOWN_MODULE");
        assertThat(unknown.fields()).containsExactly("modules");
        w.put(path, w.platform(), Map.of("all_modules", true));
        await(() -> w.api.get("/users", token), 200);

        w.put(path, w.platform(), Map.of("state", 0));
        Reply out = await(() -> w.api.get("/vendors/me", token), 403);
        assertThat(out.code()).isEqualTo("TENANT_DISABLED");
        assertThat(w.tryLogin("owner-cap", "secret").code()).isEqualTo("BAD_CREDENTIALS");
        w.put(path, w.platform(), Map.of("state", 2));
        await(() -> w.api.get("/vendors/me", token), 200);
        assertThat(w.tryLogin("owner-cap", "secret").status()).isEqualTo(201);
    }

    @Test
    @Tag("stores:closeVendor")
    @Tag("refuses:closeVendor")
    @Tag("shows:A-194")
    @Tag("shows:A-019")
    void whoIsClosedIsGoneForEver() {
        String vid = w.create("user", "owner-end", "code", "ENDS").data().path("vid").asText();
        String token = w.login("owner-end");
        assertThat(w.delete("/vendors/" + vid, w.platform()).status()).isEqualTo(204);
        Reply gone = w.api.get("/vendors/" + vid, w.platform());
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.code()).isEqualTo("GONE");
        assertThat(w.delete("/vendors/" + vid, w.platform()).status()).isEqualTo(410);
        assertThat(await(() -> w.api.get("/vendors/me", token), 403).code())
                .isEqualTo("TENANT_DISABLED");
        assertThat(w.tryLogin("owner-end", "secret").status()).isEqualTo(401);
        assertThat(w.create("code", "ENDS").code()).isEqualTo("CODE_TAKEN");
    }

    @Test
    @Tag("stores:getSettings")
    @Tag("stores:setSettings")
    @Tag("refuses:setSettings")
    @Tag("refuses:getSettings")
    @Tag("shows:A-161")
    @Tag("shows:A-184")
    @Tag("stores:getOwnVendor")
    void aVendorSetsHowItShowsItself() {
        w.signed("owner-set");
        String token = w.login("owner-set");
        var set = Map.of("service_phone", "400-1", "zone", "Asia/Urumqi");
        assertThat(w.put("/vendors/me/settings", token, set).status()).isEqualTo(201);
        var read = w.api.get("/vendors/me/settings", token).data();
        assertThat(read.path("service_phone").asText()).isEqualTo("400-1");
        assertThat(read.path("notice").asText()).isEmpty();
        assertThat(w.api.get("/vendors/me", token).data().path("zone").asText())
                .isEqualTo("Asia/Urumqi");
        assertThat(w.put("/vendors/me/settings", token, Map.of("zone", "Nowhere")).fields())
                .containsExactly("zone");
        String lost = w.api.token(Role.VENDOR, "/GONE/");
        assertThat(w.api.get("/vendors/me/settings", lost).code()).isEqualTo("NOT_FOUND");
    }

    /** The door is told by a hint, which takes a moment. */
    static Reply await(java.util.function.Supplier<Reply> ask, int status) {
        Reply reply = ask.get();
        for (int i = 0; i < 100 && reply.status() != status; i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            reply = ask.get();
        }
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(status);
        return reply;
    }
}
