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

import java.time.Duration;

/** Wires the members context. On virtual threads. */
public final class MembersVerticle extends VerticleBase {
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
        bus.serve(MemberOps.LOGIN, login::login);
        bus.serve(MemberOps.REFRESH, login::refresh);
        bus.serve(
                MemberOps.LOGOUT,
                (call, request) -> {
                    sessions.end(request.session(), "logout");
                    return Done.DONE;
                });
        bus.serve(MemberOps.GET_USER, users::get);
        bus.serve(MembersApi.FACTS, users::facts);
        bus.serve(MemberOps.PUT_ACCOUNT, new PutAccountHandler(tx, time, hashing, sessions)::put);
        vertx.setPeriodic(FORGET.toMillis(), t -> sessions.forgetExpired());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (passwords != null) {
            passwords.close();
        }
        return Future.succeededFuture();
    }
}
