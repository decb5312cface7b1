package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;

import io.weir.api.ledger.WalletOps.Commission;
import io.weir.api.ledger.WalletOps.Wallet;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.Money;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

/** Accounts as their holders and administrators see and change them, until they are closed. */
class ProfileTest {
    private static MembersWorld w;

    @BeforeAll
    static void start() {
        w = new MembersWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    @Test
    @Tag("shows:A-059")
    @Tag("stores:listUsers")
    @Tag("refuses:listUsers")
    @Tag("shows:A-043")
    @Tag("shows:A-060")
    @Tag("shows:A-024")
    @Tag("shows:A-003")
    void listsAreOfTheScopeWithFiltersSortsAndPages() {
        String uid = w.member("13700000001");
        w.member("13700000002");
        Reply some = w.api.get("/users?mobile=1370000000&sort=uid&order=asc&limit=1", w.vendor());
        assertThat(some.json().path("total").asInt()).isEqualTo(2);
        assertThat(some.data()).hasSize(1);
        assertThat(some.data().get(0).path("uid").asText()).isEqualTo(uid);
        assertThat(some.data().get(0).path("vid").asText()).isEqualTo(w.vid);
        w.holds.put(uid, 3);
        assertThat(w.api.get("/users/" + uid, w.vendor()).data().path("devices").asInt())
                .isEqualTo(3);
        Reply counted = w.api.get("/users?mobile=1370000000&sort=uid&order=asc", w.vendor());
        assertThat(counted.data().findValuesAsText("devices")).containsExactly("3", "0");
        Reply beyond = w.api.get("/users?mobile=1370000000&offset=1000", w.vendor());
        assertThat(beyond.json().path("total").asInt()).isEqualTo(2);
        assertThat(beyond.data()).isEmpty();
        String dealer = w.api.token(Role.DEALER, "/DEMO/A001/D001/");
        assertThat(w.api.get("/users", dealer).json().path("total").asInt()).isZero();
        assertThat(w.api.get("/users?sort=password", w.vendor()).code()).isEqualTo("MALFORMED");
        assertThat(w.api.get("/users?sort=password", w.vendor()).fields()).containsExactly("sort");
        String other = w.api.token(Role.VENDOR, "/OTHR/");
        assertThat(w.api.get("/users?mobile=1370000000", other).json().path("total").asInt())
                .isZero();
    }

    @Test
    @Tag("stores:updateUser")
    @Tag("stores:getUser")
    @Tag("refuses:updateUser")
    @Tag("refuses:getUser")
    @Tag("shows:A-046")
    @Tag("shows:A-047")
    @Tag("shows:A-056")
    void aMemberChangesTheirProfileAndNothingElse() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        String path = "/users/" + uid;
        var profile =
                Map.of(
                        "name",
                        "Lin",
                        "avatar",
                        "https://x.example/a.png",
                        "email",
                        "l@x.example",
                        "area",
                        "Guangdong Zhuhai",
                        "address",
                        "A123",
                        "mobile",
                        mobile,
                        "vid",
                        w.vid);
        Reply done = w.put(path, w.token(uid), profile);
        assertThat(done.status()).isEqualTo(201);
        assertThat(w.put(path, w.token(uid), Map.of("uid", uid, "name", "Lin")).status())
                .as("the seed's body says the uid once more")
                .isEqualTo(201);
        Reply odd = w.put(path, w.token(uid), Map.of("uid", "DEMO00000000FFFFFFFF"));
        assertThat(odd.status()).isEqualTo(422);
        assertThat(odd.fields()).containsExactly("uid");
        Reply read = w.api.get(path, w.token(uid));
        assertThat(read.data().path("name").asText()).isEqualTo("Lin");
        assertThat(read.data().path("area").asText()).isEqualTo("Guangdong Zhuhai");
        assertThat(read.data().has("vid") && !read.data().path("vid").isNull()).isFalse();
        assertThat(read.data().path("reg_tms").asText()).matches("\\d{4}-.*T.*Z");
        for (Map<String, Object> wrong :
                List.<Map<String, Object>>of(
                        Map.of("vid", w.otherVid),
                        Map.of("mobile", "13811111111"),
                        Map.of("state", 0),
                        Map.of("remark", "me"))) {
            Reply refused = w.put(path, w.token(uid), wrong);
            assertThat(refused.status()).as(wrong.toString()).isEqualTo(422);
            assertThat(refused.fields()).containsExactlyElementsOf(wrong.keySet());
        }
        String stranger = w.member(w.mobile());
        assertThat(w.put(path, w.token(stranger), Map.of("name", "X")).status()).isEqualTo(404);
        assertThat(w.api.get(path, w.token(stranger)).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("shows:A-042")
    void whoIsDisabledIsOutAtOnceAndCantComeBack() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        var credentials = Map.of("user", mobile, "vid", w.vid, "pwd", "secret");
        String token = w.login(credentials).data().path("access_token").asText();
        assertThat(w.put("/users/" + uid, w.vendor(), Map.of("state", 0)).status()).isEqualTo(201);
        assertThat(w.login(credentials).code()).isEqualTo("BAD_CREDENTIALS");
        assertThat(w.api.get("/users/" + uid, token).status()).isEqualTo(401);
    }

    @Test
    @Tag("shows:A-061")
    @Tag("shows:A-178")
    void theReferrerIsBoundOnceAndNeverInACircle() {
        String a = w.member(w.mobile());
        String b = w.member(w.mobile());
        String c = w.member(w.mobile());
        assertThat(w.put("/users/" + b, w.token(b), Map.of("rid", a)).status()).isEqualTo(201);
        assertThat(w.put("/users/" + c, w.token(c), Map.of("rid", b)).status()).isEqualTo(201);
        assertThat(w.put("/users/" + b, w.token(b), Map.of("rid", c)).code())
                .isEqualTo("REFERRER_FIXED");
        assertThat(w.put("/users/" + b, w.token(b), Map.of("rid", a)).status()).isEqualTo(201);
        Reply circle = w.put("/users/" + a, w.token(a), Map.of("rid", c));
        assertThat(circle.code()).isEqualTo("UNKNOWN_REFERRER");
        assertThat(circle.fields()).containsExactly("rid");
        assertThat(w.put("/users/" + a, w.token(a), Map.of("rid", a)).code())
                .isEqualTo("UNKNOWN_REFERRER");
    }

    @Test
    @Tag("stores:setPassword")
    @Tag("refuses:setPassword")
    @Tag("shows:A-048")
    void aPasswordChangesWithTheOldOneAndOtherSessionsEnd() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        var old = Map.of("user", mobile, "vid", w.vid, "pwd", "secret");
        String one = w.login(old).data().path("access_token").asText();
        String two = w.login(old).data().path("access_token").asText();
        String path = "/users/" + uid + "/pwd";
        Reply wrong = w.put(path, one, Map.of("old_pwd", "no", "new_pwd", "better one"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.fields()).containsExactly("old_pwd");
        assertThat(w.put(path, one, Map.of("new_pwd", "better one")).fields())
                .containsExactly("old_pwd");
        assertThat(w.put(path, one, Map.of("old_pwd", "secret", "new_pwd", "better one")).status())
                .isEqualTo(201);
        assertThat(w.api.get("/users/" + uid, one).status()).isEqualTo(200);
        assertThat(w.api.get("/users/" + uid, two).status()).isEqualTo(401);
        assertThat(w.login(old).status()).isEqualTo(401);
        assertThat(w.put(path, w.vendor(), Map.of("new_pwd", "from above")).status())
                .isEqualTo(201);
        assertThat(w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "from above")).status())
                .isEqualTo(201);
        String dealer = w.api.token(Role.DEALER, "/DEMO/");
        assertThat(w.put(path, dealer, Map.of("new_pwd", "not theirs")).status()).isEqualTo(403);
    }

    @Test
    @Tag("stores:listSessions")
    @Tag("stores:endSession")
    @Tag("refuses:endSession")
    @Tag("refuses:listSessions")
    void sessionsAreListedAndEnded() {
        String staff =
                w.account(
                        new PutAccount(
                                "/DEMO/", w.vid, Role.STAFF, "staff-one", null, "secret", 2, null));
        var credentials = Map.of("user", "staff-one", "pwd", "secret");
        String one = w.login(credentials).data().path("access_token").asText();
        String two = w.login(credentials).data().path("access_token").asText();
        Reply list = w.api.get("/users/" + staff + "/sessions", one);
        assertThat(list.data()).hasSize(2);
        assertThat(list.data().findValues("current").stream().filter(c -> c.asBoolean()))
                .hasSize(1);
        String other =
                list.data().get(0).path("current").asBoolean()
                        ? list.data().get(1).path("sid").asText()
                        : list.data().get(0).path("sid").asText();
        String path = "/users/" + staff + "/sessions/" + other;
        assertThat(w.delete(path, one).status()).isEqualTo(204);
        assertThat(w.api.get("/users/" + staff + "/sessions", two).status()).isEqualTo(401);
        assertThat(w.delete(path, one).code()).isEqualTo("NOT_FOUND");
        String member = w.member(w.mobile());
        assertThat(w.api.get("/users/" + member + "/sessions", one).code()).isEqualTo("FORBIDDEN");
    }

    @Test
    @Tag("stores:askToLeave")
    @Tag("stores:withdrawLeave")
    @Tag("stores:deregisterUser")
    @Tag("refuses:deregisterUser")
    @Tag("refuses:askToLeave")
    @Tag("refuses:withdrawLeave")
    @Tag("shows:A-055")
    @Tag("shows:A-019")
    void whoLeavesIsAnonymousAndGone() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        String path = "/users/" + uid;
        String stranger = w.member(w.mobile());
        assertThat(w.api.post(path + "/leave", w.token(stranger), Map.of()).status())
                .isEqualTo(404);
        assertThat(w.api.post(path + "/leave", w.token(uid), Map.of()).status()).isEqualTo(201);
        assertThat(w.api.get("/users?leaving=true", w.vendor()).data().findValuesAsText("uid"))
                .contains(uid);
        assertThat(w.delete(path + "/leave", w.token(stranger)).status()).isEqualTo(404);
        assertThat(w.delete(path + "/leave", w.token(uid)).status()).isEqualTo(204);
        assertThat(w.api.get("/users?leaving=true", w.vendor()).data().findValuesAsText("uid"))
                .doesNotContain(uid);

        assertThat(w.delete(path, w.vendor()).status()).isEqualTo(403);
        assertThat(w.delete(path, w.token(uid)).status()).isEqualTo(403);
        w.wallets.put(uid, new Wallet(Money.ofFen(1), Money.ofFen(1), Money.ZERO, List.of()));
        assertThat(w.delete(path, w.platform()).code()).isEqualTo("BALANCE_LEFT");
        w.wallets.remove(uid);
        for (int pending = 0; pending < 2; pending++) {
            Money one = Money.ofFen(pending);
            Money other = Money.ofFen(1 - pending);
            w.commissions.put(uid, new Commission(one, other, 0, List.of()));
            assertThat(w.delete(path, w.platform()).code()).isEqualTo("BALANCE_LEFT");
        }
        w.commissions.remove(uid);
        var credentials = Map.of("user", mobile, "vid", w.vid, "pwd", "secret");
        String token = w.login(credentials).data().path("access_token").asText();
        Reply closed = w.delete(path, w.platform());
        assertThat(closed.status()).isEqualTo(204);
        assertThat(closed.raw().body()).isEmpty();
        assertThat(w.api.get(path, w.vendor()).status()).isEqualTo(410);
        assertThat(w.api.get(path, w.vendor()).code()).isEqualTo("GONE");
        assertThat(w.api.get(path, token).status()).isEqualTo(401);
        assertThat(w.login(credentials).status()).isEqualTo(401);
        assertThat(w.delete(path, w.platform()).status()).isEqualTo(410);
        assertThat(w.api.get("/users/DEMO00000000FFFFFFFF", w.vendor()).status()).isEqualTo(404);
        String left =
                w.api.db
                        .system()
                        .query(
                                "SELECT concat(name, mobile, email, address, wx_open_id) FROM"
                                        + " members.account WHERE uid = '"
                                        + uid
                                        + "'")
                        .execute()
                        .await()
                        .iterator()
                        .next()
                        .getString(0);
        assertThat(left).isEqualTo("-");
        assertThat(w.member(mobile)).as("the mobile is free, the number never").isNotEqualTo(uid);
    }

    @Test
    @Tag("stores:deregisterUser")
    void closedAccountsThatLoggedInByNameLeaveTheirNameToOthers() {
        for (int i = 0; i < 3; i++) {
            String uid =
                    w.account(
                            new PutAccount(
                                    "/DEMO/",
                                    w.vid,
                                    Role.STAFF,
                                    "leaver",
                                    null,
                                    "secret",
                                    2,
                                    null));
            assertThat(w.delete("/users/" + uid, w.platform()).status()).isEqualTo(204);
            assertThat(w.api.get("/users/" + uid, w.vendor()).status()).isEqualTo(410);
        }
        assertThat(w.login(Map.of("user", "leaver", "pwd", "secret")).code())
                .isEqualTo("BAD_CREDENTIALS");
        assertThat(w.login(Map.of("user", "-", "pwd", "secret")).code())
                .isEqualTo("BAD_CREDENTIALS");
    }

    @Test
    @Tag("stores:getReferral")
    @Tag("refuses:getReferral")
    @Tag("shows:A-026")
    void aReferralCodeLeadsToThePageThatKnowsTheReferrer() throws Exception {
        String uid = w.member(w.mobile());
        String url =
                w.api.get("/users/" + uid + "/referral", w.token(uid)).data().path("url").asText();
        assertThat(url).startsWith("https://weir.example/register?").contains("rid=" + uid);
        Reply png = w.api.get("/users/" + uid + "/referral.png", w.token(uid));
        var image = ImageIO.read(new ByteArrayInputStream(png.raw().body()));
        int[] pixels =
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        LuminanceSource source =
                new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels);
        assertThat(
                        new QRCodeReader()
                                .decode(new BinaryBitmap(new HybridBinarizer(source)))
                                .getText())
                .isEqualTo(url);
        Reply svg = w.api.get("/users/" + uid + "/referral.svg", w.token(uid));
        assertThat(svg.header("Content-Type")).isEqualTo("image/svg+xml");
        assertThat(new String(svg.raw().body())).startsWith("<svg");
        String stranger = w.member(w.mobile());
        assertThat(w.api.get("/users/" + uid + "/referral.png", w.token(stranger)).status())
                .isEqualTo(404);
        assertThat(w.api.get("/users/" + uid + "/referral", w.token(stranger)).code())
                .isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/users/" + uid + "/referral.png", null).status()).isEqualTo(401);
    }
}
