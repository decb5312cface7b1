package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.members.CodeOps.BeginBind;
import io.weir.api.members.CodeOps.BeginEnter;
import io.weir.api.members.CodeOps.Begun;
import io.weir.api.members.CodeOps.BindWechat;
import io.weir.api.members.CodeOps.EnterByWechat;
import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.Tokens;
import io.weir.api.members.MemberOps.Weixin;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.GetWechatApp;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.api.vendors.VendorsApi.WechatApp;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;

/**
 * WeChat (AA-08, AA-09): logging in with it makes a member of whom nobody knew; members who log in
 * otherwise bind it, and unbind it. The public account is the vendor's own. Who comes back from
 * WeChat must be who went there: {@link WechatStates}.
 */
final class WechatHandlers {
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final WechatClient client;
    private final LoginHandler logins;
    private final WechatStates states;

    WechatHandlers(
            Bus bus, Tx tx, Time time, Users users, WechatClient client, LoginHandler logins) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.client = client;
        this.logins = logins;
        this.states = new WechatStates(tx, time);
    }

    Begun beginEnter(Call call, BeginEnter q) {
        bus.call(VendorsApi.BY_VID, new GetByVid(q.vid()), call).await();
        String verifier = WechatStates.secret();
        return begun(call, q.vid(), verifier, verifier);
    }

    Begun beginBind(Call call, BeginBind q) {
        String vid = member(call, q.uid()).vid();
        return begun(
                call, Objects.requireNonNull(vid), WechatStates.owner(q.uid(), q.session()), null);
    }

    private Begun begun(Call call, String vid, String owner, @Nullable String verifier) {
        String appid = app(call, vid).appid();
        WechatStates.Begun begun = states.begin(vid, owner);
        return new Begun(appid, begun.state(), verifier, begun.expires());
    }

    Tokens enter(Call call, EnterByWechat q) {
        Tenant vendor = bus.call(VendorsApi.BY_VID, new GetByVid(q.vid()), call).await();
        states.take(q.state(), q.vid(), q.verifier());
        Weixin who = client.who(app(call, q.vid()), q.code());
        Account account = tx.system(c -> entering(c, call, vendor, who, q.rid()));
        if (!account.active()) {
            throw new Rejected(MembersError.BAD_CREDENTIALS, "the account is disabled");
        }
        return logins.enter(account);
    }

    /** Known, or born now; what WeChat says of them is new each time. */
    private Account entering(
            SqlConnection c, Call call, Tenant vendor, Weixin who, @Nullable String rid) {
        AccountStore.alone(c);
        Account known = AccountStore.byOpenId(c, vendor.id(), who.openId());
        if (known != null) {
            Weixin before = Objects.requireNonNull(known.weixin());
            AccountStore.setWeixin(c, known.uid(), since(who, before));
            return known;
        }
        if (AccountStore.isUnbound(c, vendor.id(), who.openId())) {
            throw new Rejected(
                    MembersError.WECHAT_UNBOUND,
                    "this WeChat account was unbound: log in otherwise and bind it again");
        }
        Referrers.check(c, vendor.path(), rid);
        String name = who.nick().isBlank() ? "WeChat" : who.nick();
        var put =
                new PutAccount(
                        vendor.path(),
                        vendor.id(),
                        Role.MEMBER,
                        name.length() > 64 ? name.substring(0, 64) : name,
                        null,
                        null,
                        2,
                        rid);
        String uid = AccountStore.insert(c, PutAccountHandler.code(vendor.path()), put, time.now());
        AccountStore.setWeixin(c, uid, who);
        audit(c, call, vendor.path(), uid, "members.account.register");
        return Objects.requireNonNull(AccountStore.locked(c, uid));
    }

    Done bind(Call call, BindWechat q) {
        Account account = member(call, q.uid());
        String vid = Objects.requireNonNull(account.vid());
        states.take(q.state(), vid, WechatStates.owner(q.uid(), q.session()));
        Weixin who = client.who(app(call, vid), q.code());
        tx.system(
                c -> {
                    AccountStore.alone(c);
                    Account holder = AccountStore.byOpenId(c, vid, who.openId());
                    if (holder != null && !holder.uid().equals(account.uid())) {
                        throw new Rejected(
                                MembersError.WECHAT_TAKEN,
                                "this WeChat account is bound to another member");
                    }
                    Weixin bound =
                            Objects.requireNonNull(AccountStore.locked(c, account.uid())).weixin();
                    if (bound != null && !bound.openId().equals(who.openId())) {
                        throw new Rejected(
                                MembersError.WECHAT_BOUND,
                                "another WeChat account is bound: unbind it first");
                    }
                    AccountStore.setWeixin(c, account.uid(), who);
                    AccountStore.rebind(c, vid, who.openId());
                    audit(c, call, account.tenant(), account.uid(), "members.wechat.bind");
                    return account;
                });
        return Done.DONE;
    }

    private Account member(Call call, String uid) {
        Account account = users.find(call, uid);
        if (account.vid() == null || account.role() != Role.MEMBER) {
            throw new Rejected(CommonError.FORBIDDEN, "only members bind WeChat");
        }
        return account;
    }

    Done unbind(Call call, GetUser q) {
        Account account = users.find(call, q.uid());
        Weixin bound = account.weixin();
        if (bound == null) {
            throw Rejected.notFound("a WeChat account of user " + q.uid());
        }
        tx.system(
                c -> {
                    AccountStore.setWeixin(c, account.uid(), null);
                    AccountStore.unbind(c, CodeHandlers.vid(account), bound.openId(), time.now());
                    audit(c, call, account.tenant(), account.uid(), "members.wechat.unbind");
                    return account;
                });
        return Done.DONE;
    }

    private WechatApp app(Call call, String vid) {
        return bus.call(VendorsApi.WECHAT_APP, new GetWechatApp(vid), call).await();
    }

    private static Weixin since(Weixin now, Weixin before) {
        return new Weixin(
                now.nick(),
                now.avatar(),
                now.sex(),
                before.sbcTms(),
                now.openId(),
                now.unionId() == null ? before.unionId() : now.unionId());
    }

    private void audit(SqlConnection c, Call call, String tenant, String uid, String action) {
        AuditStore.add(
                c, call, time.now(), tenant, action, "user:" + uid, null, Map.of("uid", uid));
    }
}
