package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.User;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.sharing.SharingApi;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Accounts, logins and sessions over the real pipeline. */
class MembersTest {
    private static final String VID = "00000000000000AB";
    private static final MembersConfig CONFIG = TestMembers.hashing(1, 8, 19_456, 2);
    private static ApiFixture api;
    private static User vendor;
    private static User member;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(MembersRoutes.CONTEXT))
                .context(new MembersVerticle(CONFIG, api.bus, api.tx, api.time, api.key));
        api.bus.serve(
                SharingApi.COUNT,
                (call, q) -> new SharingApi.Counts(q.uids().stream().map(uid -> 0).toList()));
        vendor =
                put(
                        new PutAccount(
                                "/DEMO/",
                                VID,
                                Role.VENDOR,
                                "demo-vendor",
                                null,
                                "v-secret",
                                2,
                                null));
        member = member("13900000001", "m-secret", null);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static User put(PutAccount account) {
        return api.bus.call(MemberOps.PUT_ACCOUNT, account, Call.system("test")).await();
    }

    private static User member(String mobile, String password, String referrer) {
        return put(
                new PutAccount(
                        "/DEMO/",
                        VID,
                        Role.MEMBER,
                        "Member " + mobile,
                        mobile,
                        password,
                        2,
                        referrer));
    }

    private static Reply login(Object... fields) {
        Map<String, Object> body = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            body.put((String) fields[i], fields[i + 1]);
        }
        return api.post("/auth/login", null, body);
    }

    private static Reply refresh(String token) {
        return api.post("/auth/refresh", null, Map.of("refresh_token", token));
    }

    @Test
    void numbersAreTheVendorsCodeAndSixteenHex() {
        assertThat(member.uid()).matches("DEMO[0-9A-F]{16}");
        assertThat(member.uid()).isNotEqualTo(vendor.uid());
    }

    @Test
    @Tag("shows:A-025")
    @Tag("stores:login")
    void aVendorLogsInByNameAndAMemberByMobile() {
        Reply reply = login("user", "Demo-Vendor", "pwd", "v-secret");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.data().path("role").asText()).isEqualTo("VENDOR");
        assertThat(reply.data().path("uid").asText()).isEqualTo(vendor.uid());
        assertThat(reply.data().path("expires_in").asInt()).isEqualTo(900);
        Reply mobile = login("user", "13900000001", "pwd", "m-secret", "vid", VID);
        assertThat(mobile.data().path("role").asText()).isEqualTo("MEMBER");
        String token = mobile.data().path("access_token").asText();
        assertThat(api.get("/users/" + member.uid(), token).status()).isEqualTo(200);
    }

    @Test
    void theMd5OfThePasswordIsThePassword() {
        String md5 = Argon2.md5("v-secret");
        assertThat(login("user", "demo-vendor", "pwd", md5).status()).isEqualTo(201);
        assertThat(
                        login("user", "demo-vendor", "pwd", md5.toUpperCase(java.util.Locale.ROOT))
                                .status())
                .isEqualTo(201);
    }

    @Test
    void allFailuresAreAlike() {
        put(new PutAccount("/DEMO/", VID, Role.AGENT, "disabled-one", null, "d-secret", 0, null));
        put(new PutAccount("/DEMO/", VID, Role.AGENT, "inactive-one", null, "d-secret", 1, null));
        put(new PutAccount("/DEMO/", VID, Role.AGENT, "no-password", null, null, 2, null));
        List<Reply> replies =
                List.of(
                        login("user", "demo-vendor", "pwd", "wrong"),
                        login("user", "nobody-here", "pwd", "v-secret"),
                        login("user", "disabled-one", "pwd", "d-secret"),
                        login("user", "inactive-one", "pwd", "d-secret"),
                        login("user", "no-password", "pwd", "x"),
                        login("user", "demo-vendor", "code", "123456"),
                        login("user", "13900000001", "code", "123456", "vid", VID),
                        login("user", "13900000001", "pwd", "m-secret"),
                        login("user", "13900000001", "pwd", "m-secret", "vid", "00000000000000FF"),
                        login("user", "demo-vendor", "pwd", "v-secret", "vid", VID),
                        login("user", "' OR 1=1 --", "pwd", "' OR ''='"));
        assertThat(replies).allMatch(r -> r.status() == 401);
        assertThat(replies.stream().map(r -> r.json().toString()).distinct()).hasSize(1);
        assertThat(replies.getFirst().code()).isEqualTo("BAD_CREDENTIALS");
    }

    @Test
    void anUnknownUserTakesAsLongAsAWrongPassword() {
        for (int i = 0; i < 5; i++) {
            login("user", "demo-vendor", "pwd", "warm-up");
        }
        long known = medianNanos(() -> login("user", "demo-vendor", "pwd", "wrong"));
        long unknown = medianNanos(() -> login("user", "nobody-here", "pwd", "wrong"));
        System.out.printf(
                "login: wrong password %.1f ms, unknown user %.1f ms%n",
                known / 1e6, unknown / 1e6);
        assertThat((double) unknown / known).isBetween(0.5, 2.0);
    }

    @Test
    void loginWithNeitherOrBothSecretsIs422() {
        assertThat(login("user", "demo-vendor").status()).isEqualTo(422);
        assertThat(login("user", "demo-vendor", "pwd", "a", "code", "b").status()).isEqualTo(422);
        assertThat(login("user", "x".repeat(65), "pwd", "a").fields()).contains("user");
    }

    @Test
    @Tag("refuses:refresh")
    @Tag("stores:refresh")
    void aRefreshTokenIsGoodOnceAndAReusedOneEndsItsSession() {
        Reply first = login("user", "demo-vendor", "pwd", "v-secret");
        String one = first.data().path("refresh_token").asText();
        Reply second = refresh(one);
        assertThat(second.status()).isEqualTo(201);
        String two = second.data().path("refresh_token").asText();
        String access = second.data().path("access_token").asText();
        assertThat(two).isNotEqualTo(one);
        assertThat(api.get("/users/" + vendor.uid(), access).status()).isEqualTo(200);
        Reply stolen = refresh(one);
        assertThat(stolen.status()).isEqualTo(401);
        assertThat(stolen.code()).isEqualTo("BAD_REFRESH_TOKEN");
        assertThat(refresh(two).status()).isEqualTo(401);
        eventually401(vendor.uid(), access);
        assertThat(refresh("nothing").status()).isEqualTo(401);
    }

    @Test
    void ofConcurrentRefreshesAtMostOneSucceeds() {
        String token =
                login("user", "demo-vendor", "pwd", "v-secret")
                        .data()
                        .path("refresh_token")
                        .asText();
        var replies =
                IntStream.range(0, 6)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> refresh(token)))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .toList();
        assertThat(replies.stream().filter(r -> r.status() == 201)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    @Tag("stores:logout")
    @Tag("refuses:logout")
    void logoutEndsTheSessionAndOnlyThatOne() {
        Reply here = login("user", "demo-vendor", "pwd", "v-secret");
        Reply there = login("user", "demo-vendor", "pwd", "v-secret");
        String token = here.data().path("access_token").asText();
        assertThat(api.send("POST", "/auth/logout", token, null, Map.of()).status()).isEqualTo(201);
        assertThat(api.send("POST", "/auth/logout", null, null, Map.of()).code())
                .isEqualTo("UNAUTHENTICATED");
        eventually401(vendor.uid(), token);
        assertThat(refresh(here.data().path("refresh_token").asText()).status()).isEqualTo(401);
        String other = there.data().path("access_token").asText();
        assertThat(api.get("/users/" + vendor.uid(), other).status()).isEqualTo(200);
    }

    @Test
    void disablingAnAccountOrChangingItsPasswordEndsItsSessions() {
        User agent =
                put(new PutAccount("/DEMO/", VID, Role.AGENT, "leaver", null, "l-secret", 2, null));
        String token =
                login("user", "leaver", "pwd", "l-secret").data().path("access_token").asText();
        assertThat(api.get("/users/" + agent.uid(), token).status()).isEqualTo(200);
        put(new PutAccount("/DEMO/", VID, Role.AGENT, "leaver", null, null, 0, null));
        eventually401(agent.uid(), token);
        assertThat(login("user", "leaver", "pwd", "l-secret").status()).isEqualTo(401);
    }

    @Test
    void aMemberSeesOnlyThemselvesAndATenantOnlyItsBranch() {
        User other = member("13900000002", null, null);
        User foreign =
                put(
                        new PutAccount(
                                "/OTHR/",
                                "00000000000000CD",
                                Role.MEMBER,
                                "Foreign",
                                "13900000001",
                                null,
                                2,
                                null));
        String own = api.token(Role.MEMBER, "/DEMO/", member.uid());
        Reply mine = api.get("/users/" + member.uid(), own);
        assertThat(mine.data().path("mobile").asText()).isEqualTo("13900000001");
        assertThat(mine.data().path("vid").isNull()).isTrue();
        assertThat(api.get("/users/" + other.uid(), own).status()).isEqualTo(404);
        String tenant = api.token(Role.VENDOR, "/DEMO/");
        assertThat(api.get("/users/" + other.uid(), tenant).data().path("vid").asText())
                .isEqualTo(VID);
        assertThat(api.get("/users/" + foreign.uid(), tenant).status()).isEqualTo(404);
        assertThat(api.get("/users/" + foreign.uid(), api.token(Role.PLATFORM, "/")).status())
                .isEqualTo(200);
    }

    @Test
    void factsNameUpToThreeReferrersNearestFirst() {
        User a = member("13900000010", null, null);
        User b = member("13900000011", null, a.uid());
        User c = member("13900000012", null, b.uid());
        User d = member("13900000013", null, c.uid());
        User e = member("13900000014", null, d.uid());
        var facts =
                api.bus.call(MembersApi.FACTS, new GetMember(e.uid()), Call.system("t")).await();
        assertThat(facts.referrers()).containsExactly(d.uid(), c.uid(), b.uid());
        assertThat(facts.tenant()).isEqualTo("/DEMO/");
        assertThat(facts.active()).isTrue();
        assertThatThrownBy(() -> member("13900000015", null, vendor.uid()))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("UNKNOWN_REFERRER"));
    }

    @Test
    void puttingAnAccountTwiceMakesOne() {
        User one = member("13900000020", "a", null);
        User two = member("13900000020", "b", null);
        assertThat(two.uid()).isEqualTo(one.uid());
        assertThat(login("user", "13900000020", "pwd", "a", "vid", VID).status()).isEqualTo(401);
        assertThat(login("user", "13900000020", "pwd", "b", "vid", VID).status()).isEqualTo(201);
    }

    @Test
    void aLoginStormIsBoundedAndHarmsNobodyElse() {
        String token = api.token(Role.VENDOR, "/DEMO/");
        List<CompletableFuture<Reply>> storm = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                String user = "stormer" + i;
                storm.add(
                        CompletableFuture.supplyAsync(
                                () -> login("user", user, "pwd", "x"), threads));
            }
            for (int i = 0; i < 20; i++) {
                long began = System.nanoTime();
                assertThat(api.get("/users/" + vendor.uid(), token).status()).isEqualTo(200);
                others.add((System.nanoTime() - began) / 1_000_000);
            }
        }
        List<Integer> statuses = storm.stream().map(f -> f.join().status()).toList();
        long refused = statuses.stream().filter(s -> s == 429).count();
        System.out.printf(
                "login storm of 100: %d refused with 429; others waited at most %d ms%n",
                refused, others.stream().mapToLong(Long::longValue).max().orElse(0));
        assertThat(statuses).allMatch(s -> s == 401 || s == 429);
        assertThat(refused).isGreaterThan(50);
        assertThat(others.stream().sorted().toList().get(10)).isLessThan(250);
        assertThat(login("user", "demo-vendor", "pwd", "v-secret").status()).isEqualTo(201);
    }

    @Test
    void theAdminIsBornOnceAndAGivenPasswordIsSet() {
        String generated = AdminBootstrap.run(api.tx, api.time, CONFIG, null);
        assertThat(generated).hasSizeGreaterThanOrEqualTo(16);
        assertThat(login("user", "admin", "pwd", generated).data().path("role").asText())
                .isEqualTo("PLATFORM");
        assertThat(AdminBootstrap.run(api.tx, api.time, CONFIG, null)).isNull();
        assertThat(AdminBootstrap.run(api.tx, api.time, CONFIG, "chosen by me")).isNull();
        assertThat(login("user", "admin", "pwd", generated).status()).isEqualTo(401);
        assertThat(login("user", "admin", "pwd", "chosen by me").status()).isEqualTo(201);
        assertThat(AdminBootstrap.run(api.tx, api.time, CONFIG, "chosen by me")).isNull();
    }

    @Test
    void weirAppSeesNoSecretAndWithoutAScopeNothing() {
        for (String table :
                List.of(
                        "members.credential",
                        "tokens.signing_key",
                        "tokens.refresh",
                        "tokens.session",
                        "http.idempotency")) {
            assertThatThrownBy(() -> api.db.app().query("SELECT * FROM " + table).execute().await())
                    .hasMessageContaining("permission denied");
        }
        assertThat(count(null)).isZero();
        assertThat(count("/OTHR/X001/")).isZero();
        assertThat(count("/DEMO/")).isPositive();
        long all =
                new Tx(api.db)
                        .run(
                                io.weir.model.access.Scope.member("/DEMO/", member.uid()),
                                c ->
                                        c.query("SELECT count(*) FROM members.account")
                                                .execute()
                                                .await()
                                                .iterator()
                                                .next()
                                                .getLong(0));
        assertThat(all).isEqualTo(1);
    }

    private static long count(String scope) {
        String sql = "SELECT count(*) FROM members.account";
        if (scope == null) {
            return api.db.app().query(sql).execute().await().iterator().next().getLong(0);
        }
        return api.tx.run(
                io.weir.model.access.Scope.tenant(scope),
                c -> c.query(sql).execute().await().iterator().next().getLong(0));
    }

    private static void eventually401(String uid, String token) {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (api.get("/users/" + uid, token).status() != 401 && System.nanoTime() < end) {
            api.vertx.timer(20).await();
        }
        assertThat(api.get("/users/" + uid, token).status()).isEqualTo(401);
    }

    private static long medianNanos(Runnable work) {
        return IntStream.range(0, 9)
                .mapToLong(
                        i -> {
                            long began = System.nanoTime();
                            work.run();
                            return System.nanoTime() - began;
                        })
                .sorted()
                .toArray()[4];
    }
}
