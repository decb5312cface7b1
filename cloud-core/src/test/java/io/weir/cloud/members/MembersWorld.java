package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.ledger.WalletOps;
import io.weir.api.ledger.WalletOps.Commission;
import io.weir.api.ledger.WalletOps.Wallet;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.sharing.SharingApi;
import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.api.vendors.VendorOps.SetMerchant;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.oms.OmsRoutes;
import io.weir.cloud.vendors.TestVendors;
import io.weir.cloud.vendors.VendorsVerticle;
import io.weir.model.Money;
import io.weir.model.access.Role;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Two vendors, SMS and WeChat as stand-ins, wallets as the test says. */
final class MembersWorld implements AutoCloseable {
    final AliyunStandIn sms = new AliyunStandIn();
    final WechatStandIn wechat = new WechatStandIn();
    final ApiFixture api = new ApiFixture();
    final Map<String, Wallet> wallets = new ConcurrentHashMap<>();
    final Map<String, Commission> commissions = new ConcurrentHashMap<>();
    final String vid;
    final String otherVid;
    private int mobiles;

    /** How many devices a member holds. */
    final Map<String, Integer> holds = new ConcurrentHashMap<>();

    MembersWorld() {
        this("aliyun", java.time.Duration.ZERO, 100, 100);
    }

    MembersWorld(String channel, java.time.Duration pause, int perHour, int challengeAfter) {
        var config =
                TestMembers.with(
                        1,
                        16,
                        1024,
                        1,
                        channel,
                        sms.url(),
                        wechat.url(),
                        pause,
                        perHour,
                        challengeAfter);
        api.api(
                ApiFixture.CONFIG,
                List.of(MembersRoutes.CONTEXT, OmsRoutes.CONTEXT),
                new ReferralImages(api.bus));
        api.context(new MembersVerticle(config, api.bus, api.tx, api.time, api.key));
        api.context(
                new VendorsVerticle(
                        TestVendors.CONFIG,
                        TestVendors.data(),
                        api.bus,
                        api.tx,
                        api.time,
                        Set.of()));
        api.bus.serve(
                WalletOps.GET,
                (call, q) ->
                        wallets.getOrDefault(
                                q.uid(),
                                new Wallet(Money.ZERO, Money.ZERO, Money.ZERO, List.of())));
        api.bus.serve(
                WalletOps.COMMISSION,
                (call, q) ->
                        commissions.getOrDefault(
                                q.uid(), new Commission(Money.ZERO, Money.ZERO, 0, List.of())));
        api.bus.serve(
                SharingApi.COUNT,
                (call, q) ->
                        new SharingApi.Counts(
                                q.uids().stream().map(u -> holds.getOrDefault(u, 0)).toList()));
        api.bus.serve(SharingApi.DROP_MEMBER, (call, q) -> Done.DONE);
        vid = vendor("DEMO");
        otherVid = vendor("OTHR");
        var merchant =
                new SetMerchant(
                        vid, null, WechatStandIn.APPID, WechatStandIn.SECRET, null, null, null);
        api.bus.call(VendorOps.SET_MERCHANT, merchant, Call.system("test")).await();
    }

    private String vendor(String code) {
        var ask = new CreateTenant("VENDOR", "/", code, code, null);
        return api.bus.call(VendorOps.CREATE_TENANT, ask, Call.system("test")).await().id();
    }

    String mobile() {
        return "139%08d".formatted(++mobiles);
    }

    /** A member with the password "secret", straight into the tables. */
    String member(String mobile) {
        return account(new PutAccount("/DEMO/", vid, Role.MEMBER, "M", mobile, "secret", 2, null));
    }

    String account(PutAccount put) {
        return api.bus.call(MemberOps.PUT_ACCOUNT, put, Call.system("test")).await().uid();
    }

    /** The member's own token. */
    String token(String uid) {
        return api.token(Role.MEMBER, "/DEMO/", uid);
    }

    String vendor() {
        return api.token(Role.VENDOR, "/DEMO/");
    }

    String platform() {
        return api.token(Role.PLATFORM, "/");
    }

    /** A code for this mobile, as it came by SMS. */
    String code(String mobile) {
        Reply reply = api.get("/users/code?vid=" + vid + "&mobile=" + mobile, null);
        if (reply.status() != 200) {
            throw new AssertionError(reply.json());
        }
        return sms.code(mobile);
    }

    Reply register(String mobile, String code, Object... more) {
        Map<String, Object> body =
                new HashMap<>(Map.of("vid", vid, "mobile", mobile, "code", code, "name", "Wen"));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return api.post("/users", null, body);
    }

    Reply login(Map<String, ?> body) {
        return api.post("/auth/login", null, body);
    }

    Reply put(String path, String token, Map<String, ?> body) {
        return api.send("PUT", path, token, Json.text(body), Map.of());
    }

    Reply delete(String path, String token) {
        return api.send("DELETE", path, token, null, Map.of());
    }

    @Override
    public void close() {
        api.close();
        sms.close();
        wechat.close();
    }
}
