package io.weir.cloud.members;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Done;
import io.weir.api.members.CodeOps;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MembersApi;
import io.weir.api.members.OmsUserOps;
import io.weir.cloud.tokens.Sessions;
import io.weir.cloud.tokens.SigningKey;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/** Wires the members context. On virtual threads. */
public final class MembersVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MembersVerticle.class);
    private static final Duration FORGET = Duration.ofHours(1);

    private final MembersConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SigningKey key;
    private @Nullable Passwords passwords;

    public MembersVerticle(MembersConfig config, Bus bus, Tx tx, Time time, SigningKey key) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.key = key;
    }

    @Override
    public Future<?> start() {
        var hashing = new Passwords(vertx, config);
        passwords = hashing;
        var sessions =
                new Sessions(vertx, tx, bus, time, key, config.accessToken(), config.session());
        var challenges = new Challenges(tx, time, config.challengeAfter());
        var channel = SmsChannels.of(vertx, time, config);
        var codes = new Codes(tx, time, config, challenges, channel);
        var login = new LoginHandler(tx, hashing, sessions, codes, challenges);
        var users = new Users(tx, bus);
        var put = new PutAccountHandler(tx, time, hashing, sessions);
        vertx.setPeriodic(FORGET.toMillis(), t -> forget(sessions));
        return Future.all(
                accounts(users, sessions, hashing, challenges),
                entrances(users, sessions, hashing, challenges, codes, channel, login),
                Future.all(
                        List.of(
                                bus.serve(MemberOps.LOGIN, login::login).completion(),
                                bus.serve(MemberOps.REFRESH, login::refresh).completion(),
                                bus.serve(MemberOps.LOGOUT, (call, q) -> logout(sessions, q))
                                        .completion(),
                                bus.serve(MemberOps.GET_USER, users::get).completion(),
                                bus.serve(MembersApi.FACTS, users::facts).completion(),
                                bus.serve(MemberOps.PUT_ACCOUNT, put::put).completion(),
                                bus.serve(MemberOps.CREATE_ACCOUNT, put::create).completion(),
                                bus.serve(MemberOps.RENAME_ACCOUNT, put::rename).completion())));
    }

    /** What somebody does with an account that is there. */
    private Future<?> accounts(
            Users users, Sessions sessions, Passwords hashing, Challenges challenges) {
        var profile = new ProfileHandler(tx, time, users, sessions);
        var password = new PasswordHandler(tx, time, users, hashing, sessions, challenges);
        var leave = new LeaveHandlers(tx, time, bus, users, sessions);
        var own = new SessionHandlers(tx, time, users, sessions);
        var referral = new ReferralHandler(users, config.registerUrl());
        var oms = new OmsUserHandlers(bus, tx, time, users, hashing, password, leave, sessions);
        return Future.all(
                List.of(
                        bus.serve(OmsUserOps.LIST, oms::list).completion(),
                        bus.serve(OmsUserOps.ADD, oms::add).completion(),
                        bus.serve(OmsUserOps.UPDATE, oms::update).completion(),
                        bus.serve(OmsUserOps.GET, oms::get).completion(),
                        bus.serve(OmsUserOps.REMOVE, oms::remove).completion(),
                        bus.serve(MemberOps.LIST_USERS, users::list).completion(),
                        bus.serve(MemberOps.UPDATE_USER, profile::update).completion(),
                        bus.serve(MemberOps.SET_PASSWORD, password::set).completion(),
                        bus.serve(MemberOps.REMOVE_USER, leave::remove).completion(),
                        bus.serve(MemberOps.ASK_LEAVE, leave::ask).completion(),
                        bus.serve(MemberOps.WITHDRAW_LEAVE, leave::withdraw).completion(),
                        bus.serve(MemberOps.LIST_SESSIONS, own::list).completion(),
                        bus.serve(MemberOps.END_SESSION, own::end).completion(),
                        bus.serve(MemberOps.REFERRAL, referral::get).completion()));
    }

    /** What somebody does who is not known yet, or must prove a mobile. */
    private Future<?> entrances(
            Users users,
            Sessions sessions,
            Passwords hashing,
            Challenges challenges,
            Codes codes,
            SmsChannel channel,
            LoginHandler login) {
        var send = new CodeHandlers(vertx, bus, tx, users, codes, challenges, channel);
        var register = new RegisterHandler(bus, tx, time, hashing, codes);
        var password = new PasswordHandler(tx, time, users, hashing, sessions, challenges);
        var mobile = new MobileHandler(tx, time, users, codes, challenges, password, sessions);
        var client = new WechatClient(vertx, time, config.wechatUrl());
        var wechat = new WechatHandlers(bus, tx, time, users, client, login);
        return Future.all(
                List.of(
                        bus.serve(CodeOps.CHALLENGE, (call, q) -> challenges.fresh()).completion(),
                        bus.serve(CodeOps.SEND_ENTER, send::enter).completion(),
                        bus.serve(CodeOps.SEND_MOBILE, send::mobile).completion(),
                        bus.serve(CodeOps.SEND_RESET, send::reset).completion(),
                        bus.serve(CodeOps.REGISTER, register::register).completion(),
                        bus.serve(CodeOps.SET_MOBILE, mobile::set).completion(),
                        bus.serve(CodeOps.RESET, mobile::reset).completion(),
                        bus.serve(CodeOps.BEGIN_ENTER, wechat::beginEnter).completion(),
                        bus.serve(CodeOps.BEGIN_BIND, wechat::beginBind).completion(),
                        bus.serve(CodeOps.ENTER_BY_WECHAT, wechat::enter).completion(),
                        bus.serve(CodeOps.BIND_WECHAT, wechat::bind).completion(),
                        bus.serve(CodeOps.UNBIND_WECHAT, wechat::unbind).completion()));
    }

    private void forget(Sessions sessions) {
        try {
            sessions.forgetExpired();
            tx.system(
                    c -> {
                        CodeStore.forget(c);
                        return true;
                    });
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("expired sessions and codes were not deleted, next time again", e);
        }
    }

    private static Done logout(Sessions sessions, MemberOps.Logout request) {
        sessions.end(request.session(), "logout");
        return Done.DONE;
    }

    @Override
    public Future<?> stop() {
        if (passwords != null) {
            passwords.close();
        }
        return Future.succeededFuture();
    }
}
