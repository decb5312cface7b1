package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.vendors.VendorsApi.WechatApp;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.List;
import java.util.Map;

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
        return w.api.post("/users/bind", null, Map.of("vid", w.vid, "code", code));
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
        Map<String, String> body = Map.of("code", w.wechat.agree("open-2", "Wen"));
        assertThat(w.api.post(path, w.token(uid), body).status()).isEqualTo(201);
        assertThat(enter(w.wechat.agree("open-2", "Wen")).data().path("uid").asText())
                .isEqualTo(uid);
        String other = w.member(w.mobile());
        Reply taken =
                w.api.post(
                        "/users/" + other + "/bind",
                        w.token(other),
                        Map.of("code", w.wechat.agree("open-2", "Wen")));
        assertThat(taken.code()).isEqualTo("WECHAT_TAKEN");
        assertThat(w.delete(path, w.token(uid)).status()).isEqualTo(204);
        Reply refused = enter(w.wechat.agree("open-2", "Wen"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("WECHAT_UNBOUND");
        Map<String, String> anew = Map.of("code", w.wechat.agree("open-2", "Wen"));
        String second = "/users/" + other + "/bind";
        assertThat(w.api.post(second, w.token(other), anew).status()).isEqualTo(201);
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
}
