package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.vendors.VendorsApi.WechatApp;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.tokens.Claims;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** WeChat login, binding and unbinding against a stand-in of WeChat's endpoints. */
class WechatTest {
    private static MembersWorld w;

    @BeforeAll
    static void start() {
        w = new MembersWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Reply enter(String code) {
        JsonNode begun = w.api.post("/users/bind/begin", null, Map.of("vid", w.vid)).data();
        return enter(code, begun.path("state").asText(), begun.path("verifier").asText());
    }

    private static Reply enter(String code, String state, String verifier) {
        Map<String, String> body =
                Map.of("vid", w.vid, "code", code, "state", state, "verifier", verifier);
        return w.api.post("/users/bind", null, body);
    }

    private static String begun(String uid) {
        return w.api.post("/users/" + uid + "/bind/begin", w.token(uid), Map.of())
                .data()
                .path("state")
                .asText();
    }

    private static Reply bind(String uid, String code, String state) {
        return w.api.post(
                "/users/" + uid + "/bind", w.token(uid), Map.of("code", code, "state", state));
    }

    private static Reply bind(String uid, String code) {
        return bind(uid, code, begun(uid));
    }

    @Test
    @Tag("stores:enterByWechat")
    @Tag("refuses:enterByWechat")
    @Tag("shows:A-053")
    @Tag("shows:A-062")
    void whoIsUnknownBecomesAMemberAndWhoIsKnownIsTheSame() {
        String code = w.wechat.agree("open-1", "Shui");
        Reply born = enter(code);
        assertThat(born.status()).isEqualTo(201);
        assertThat(born.data().path("role").asText()).isEqualTo("MEMBER");
        String uid = born.data().path("uid").asText();
        Reply used = enter(code);
        assertThat(used.status()).isEqualTo(401);
        assertThat(used.code()).isEqualTo("BAD_WECHAT_CODE");
        assertThat(used.fields()).containsExactly("code");
        assertThat(enter("never-given").code()).isEqualTo("BAD_WECHAT_CODE");
        Reply again = enter(w.wechat.agree("open-1", "Shui2"));
        assertThat(again.data().path("uid").asText()).isEqualTo(uid);
        String token = again.data().path("access_token").asText();
        var weixin = w.api.get("/users/" + uid, token).data().path("weixin");
        assertThat(weixin.path("nick").asText()).isEqualTo("Shui2");
        assertThat(weixin.path("OpenID").asText()).isEqualTo("open-1");
        assertThat(weixin.path("UnionID").asText()).isEqualTo("Uopen-1");
        assertThat(weixin.path("sex").asInt()).isEqualTo(1);
        assertThat(weixin.path("sbc_tms").asText()).endsWith("Z");
    }

    @Test
    @Tag("stores:bindWechat")
    @Tag("stores:unbindWechat")
    @Tag("refuses:bindWechat")
    @Tag("refuses:unbindWechat")
    @Tag("shows:A-054")
    void aMemberBindsAndUnbindsAndOneAccountIsOneMembers() {
        String uid = w.member(w.mobile());
        String path = "/users/" + uid + "/bind";
        assertThat(w.delete(path, w.token(uid)).status()).isEqualTo(404);
        assertThat(bind(uid, w.wechat.agree("open-2", "Wen")).status()).isEqualTo(201);
        assertThat(bind(uid, w.wechat.agree("open-2", "Wen")).status()).isEqualTo(201);
        Reply second = bind(uid, w.wechat.agree("open-7", "Another"));
        assertThat(second.code()).as("nothing is replaced unseen").isEqualTo("WECHAT_BOUND");
        assertThat(second.status()).isEqualTo(409);
        assertThat(enter(w.wechat.agree("open-2", "Wen")).data().path("uid").asText())
                .isEqualTo(uid);
        String other = w.member(w.mobile());
        Reply taken = bind(other, w.wechat.agree("open-2", "Wen"));
        assertThat(taken.code()).isEqualTo("WECHAT_TAKEN");
        assertThat(w.delete(path, w.token(uid)).status()).isEqualTo(204);
        Reply refused = enter(w.wechat.agree("open-2", "Wen"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("WECHAT_UNBOUND");
        assertThat(bind(other, w.wechat.agree("open-2", "Wen")).status()).isEqualTo(201);
        assertThat(enter(w.wechat.agree("open-2", "Wen")).data().path("uid").asText())
                .isEqualTo(other);
    }

    @Test
    @Tag("refuses:enterByWechat")
    void anOldCodeIsTheMembersFaultAndAWrongSecretTheVendors() {
        String old = w.wechat.agree("open-4", "Old");
        w.wechat.expire(old);
        Reply late = enter(old);
        assertThat(late.code()).isEqualTo("BAD_WECHAT_CODE");
        assertThat(late.fields()).containsExactly("code");
        var client = new WechatClient(w.api.vertx, w.api.time, URI.create(w.wechat.url()));
        String code = w.wechat.agree("open-4", "New");
        for (WechatApp wrong :
                List.of(
                        new WechatApp(WechatStandIn.APPID, "wrong"),
                        new WechatApp("wx-other", WechatStandIn.SECRET))) {
            assertThatThrownBy(() -> client.who(wrong, code))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            r -> {
                                assertThat(r.code()).isEqualTo("WECHAT_UNAVAILABLE");
                                assertThat(r.getMessage()).doesNotContain("wrong");
                            });
        }
        assertThat(enter(code).status()).as("not used up by that").isEqualTo(201);
    }

    @Test
    void whoIsDisabledIsRefused() {
        String uid = enter(w.wechat.agree("open-3", "X")).data().path("uid").asText();
        w.put("/users/" + uid, w.vendor(), Map.of("state", 0));
        Reply out = enter(w.wechat.agree("open-3", "X"));
        assertThat(out.status()).isEqualTo(401);
        assertThat(out.code()).isEqualTo("BAD_CREDENTIALS");
    }

    /** A code that a stranger slips to somebody who is logged in binds nothing. */
    @Test
    @Tag("stores:beginEnterByWechat")
    @Tag("stores:beginBindWechat")
    @Tag("refuses:beginEnterByWechat")
    @Tag("refuses:beginBindWechat")
    @Tag("refuses:enterByWechat")
    @Tag("refuses:bindWechat")
    void whoComesBackFromWechatIsWhoWentThere() {
        String victim = w.member(w.mobile());
        String stranger = w.member(w.mobile());
        JsonNode strangers = w.api.post("/users/bind/begin", null, Map.of("vid", w.vid)).data();
        assertThat(strangers.path("appid").asText()).isEqualTo(WechatStandIn.APPID);
        assertThat(strangers.path("expires_tms").asText()).endsWith("Z");
        String code = w.wechat.agree("open-8", "Stranger");
        String own = begun(victim);
        for (Reply tried :
                List.of(
                        bind(victim, code, begun(stranger)),
                        bind(victim, code, strangers.path("state").asText()),
                        bind(victim, code, "A".repeat(32)),
                        enter(code, own, strangers.path("verifier").asText()),
                        enter(code, strangers.path("state").asText(), "B".repeat(32)))) {
            assertThat(tried.code()).isEqualTo("BAD_WECHAT_STATE");
            assertThat(tried.fields()).containsExactly("state");
        }
        assertThat(bind(victim, code, own).code())
                .as("used up by the wrong one")
                .isEqualTo("BAD_WECHAT_STATE");
        String otherSession = w.api.signed(new Claims(victim, Role.MEMBER, "/DEMO/", "sid-2"), 600);
        Map<String, String> body = Map.of("code", code, "state", begun(victim));
        assertThat(w.api.post("/users/" + victim + "/bind", otherSession, body).code())
                .isEqualTo("BAD_WECHAT_STATE");
        String late = begun(victim);
        w.api.tx.system(
                c ->
                        c.query("UPDATE members.wechat_state SET expires_at = now()")
                                .execute()
                                .await());
        assertThat(bind(victim, code, late).code()).isEqualTo("BAD_WECHAT_STATE");
        assertThat(bind(victim, w.wechat.agree("open-9", "Mine")).status()).isEqualTo(201);
        assertThat(w.api.post("/users/bind/begin", null, Map.of("vid", "00000000000000FF")).code())
                .isEqualTo("NOT_FOUND");
        assertThat(
                        w.api.post("/users/" + victim + "/bind/begin", w.token(stranger), Map.of())
                                .code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void ofManyAtOnceOneComesBack() throws Exception {
        String uid = w.member(w.mobile());
        String state = begun(uid);
        List<Callable<Integer>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String code = w.wechat.agree("open-10", "Once");
            tries.add(() -> bind(uid, code, state).status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (var one : pool.invokeAll(tries)) {
                statuses.add(one.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(201).contains(422);
    }
}
