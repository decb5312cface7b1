package io.weir.cloud.members;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Done;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MembersApi;
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
        var login = new LoginHandler(tx, hashing, sessions);
        var users = new Users(tx);
        var put = new PutAccountHandler(tx, time, hashing, sessions);
        vertx.setPeriodic(FORGET.toMillis(), t -> forget(sessions));
        return Future.all(
                List.of(
                        bus.serve(MemberOps.LOGIN, login::login).completion(),
                        bus.serve(MemberOps.REFRESH, login::refresh).completion(),
                        bus.serve(MemberOps.LOGOUT, (call, q) -> logout(sessions, q)).completion(),
                        bus.serve(MemberOps.GET_USER, users::get).completion(),
                        bus.serve(MembersApi.FACTS, users::facts).completion(),
                        bus.serve(MemberOps.PUT_ACCOUNT, put::put).completion()));
    }

    private static void forget(Sessions sessions) {
        try {
            sessions.forgetExpired();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("expired sessions were not deleted, next time again", e);
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
