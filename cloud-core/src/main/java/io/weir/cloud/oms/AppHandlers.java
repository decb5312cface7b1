package io.weir.cloud.oms;

import io.weir.api.Done;
import io.weir.api.oms.AppOps.App;
import io.weir.api.oms.AppOps.Credentials;
import io.weir.api.oms.AppOps.GetApp;
import io.weir.api.oms.AppOps.GetToken;
import io.weir.api.oms.AppOps.IssueApp;
import io.weir.api.oms.AppOps.ListApps;
import io.weir.api.oms.AppOps.Token;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.cloud.oms.AppStore.Kept;
import io.weir.cloud.rights.RightsStore;
import io.weir.cloud.seal.SealingKeys;
import io.weir.cloud.seal.SecretBox;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Issues, rotates and revokes apps, and gives tokens for signatures. Every node takes such a token,
 * with the rights of the app's tenant, for OMS's operations alone: who has a factory's secret can
 * neither refund nor make accounts.
 */
final class AppHandlers {
    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final SealingKeys keys;
    private final Sessions sessions;
    private final OmsConfig config;

    AppHandlers(Tx tx, Time time, Bus bus, SealingKeys keys, Sessions sessions, OmsConfig config) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.keys = keys;
        this.sessions = sessions;
        this.config = config;
    }

    Page<App> list(Call call, ListApps q) {
        return tx.system(c -> AppStore.list(c, q.vid(), q.limit(), q.offset()));
    }

    Credentials issue(Call call, IssueApp q) {
        String tenant = q.vid() == null ? "/" : tenant(call, q.vid());
        SecretBox box = keys.current();
        String appId = "app" + box.newSecret().substring(0, 16);
        String secret = box.newSecret();
        var app = new App(appId, q.vid(), q.name(), false, null, time.now());
        tx.system(
                c -> {
                    AppStore.add(c, app, tenant, box.id(), box.seal(owner(appId), secret));
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            tenant,
                            "oms.app.issue",
                            "app:" + appId,
                            null,
                            app);
                    return app;
                });
        return new Credentials(appId, secret);
    }

    private String tenant(Call call, String vid) {
        try {
            return bus.call(VendorsApi.BY_VID, new GetByVid(vid), call).await().path();
        } catch (Rejected e) {
            if (!e.is(CommonError.NOT_FOUND)) {
                throw e;
            }
            throw new Rejected(
                    OmsError.UNKNOWN_VENDOR,
                    "vid: is no active vendor",
                    List.of(new FieldError("vid", "is no active vendor")));
        }
    }

    Credentials rotate(Call call, GetApp q) {
        SecretBox box = keys.current();
        String secret = box.newSecret();
        tx.system(
                c -> {
                    Kept kept = good(AppStore.locked(c, q.appId()), q.appId());
                    AppStore.rotate(
                            c,
                            q.appId(),
                            box.id(),
                            box.seal(owner(q.appId()), secret),
                            time.now().plus(config.grace()));
                    audit(c, call, kept, "oms.app.rotate");
                    return kept;
                });
        return new Credentials(q.appId(), secret);
    }

    Done revoke(Call call, GetApp q) {
        tx.system(
                c -> {
                    Kept kept = good(AppStore.locked(c, q.appId()), q.appId());
                    AppStore.revoke(c, q.appId(), time.now());
                    audit(c, call, kept, "oms.app.revoke");
                    return kept;
                });
        sessions.endAll(q.appId(), "app revoked");
        return Done.DONE;
    }

    private void audit(io.vertx.sqlclient.SqlConnection c, Call call, Kept kept, String action) {
        AuditStore.add(
                c,
                call,
                time.now(),
                kept.tenant(),
                action,
                "app:" + kept.app().appId(),
                null,
                Map.of("name", kept.app().name()));
    }

    /**
     * The session is opened while the app's row is locked: one that is revoked at the same time
     * finds it and ends it.
     */
    Token token(Call call, GetToken q) {
        Instant now = time.now();
        OptionalLong stamp = Signature.stamp(q.timestamp(), now, config.window());
        Kept app = tx.system(c -> admitted(c, q, stamp, now));
        Role role = app.tenant().equals("/") ? Role.PLATFORM : Role.VENDOR;
        String sid = Objects.requireNonNull(sessions.open(q.appId()).sid());
        boolean revoked =
                tx.system(
                        c -> Objects.requireNonNull(AppStore.locked(c, q.appId())).app().revoked());
        if (revoked) {
            sessions.end(sid, "app revoked");
            throw bad();
        }
        var claims = Claims.oms(q.appId(), role, app.tenant(), sid);
        return new Token(sessions.accessToken(claims), sessions.accessSeconds());
    }

    private Kept admitted(
            io.vertx.sqlclient.SqlConnection c, GetToken q, OptionalLong stamp, Instant now) {
        Kept kept = AppStore.locked(c, q.appId());
        boolean good =
                kept != null
                        && !kept.app().revoked()
                        && stamp.isPresent()
                        && signed(kept, q, now)
                        && !RightsStore.disabled(c, kept.tenant());
        if (kept == null || !good) {
            throw bad();
        }
        if (!AppStore.use(c, q.appId(), stamp.getAsLong(), now)) {
            throw new Rejected(
                    OmsError.REPLAYED, "this timestamp was used before: sign another one");
        }
        return kept;
    }

    private boolean signed(Kept kept, GetToken q, Instant now) {
        String secret = keys.of(kept.keyId()).open(owner(q.appId()), kept.sealed());
        if (matches(q, secret)) {
            return true;
        }
        Instant until = kept.app().oldSecretEndTms();
        String oldKey = kept.oldKeyId();
        var oldSealed = kept.oldSealed();
        return until != null
                && until.isAfter(now)
                && oldKey != null
                && oldSealed != null
                && matches(q, keys.of(oldKey).open(owner(q.appId()), oldSealed));
    }

    private static boolean matches(GetToken q, String secret) {
        return Signature.matches(q.signMethod(), q.appId(), q.timestamp(), secret, q.sign());
    }

    /** Timestamps that no signature can have any more. */
    void forget() {
        tx.system(
                c -> {
                    AppStore.forget(c, time.now().minus(config.window().multipliedBy(3)));
                    return true;
                });
    }

    private static Kept good(@Nullable Kept kept, String appId) {
        if (kept == null) {
            throw Rejected.notFound("app " + appId);
        }
        if (kept.app().revoked()) {
            throw new Rejected(CommonError.GONE, "app " + appId + " is revoked for ever");
        }
        return kept;
    }

    private static Rejected bad() {
        return new Rejected(
                OmsError.BAD_SIGNATURE, "app_id, timestamp or sign is not right, or the clock");
    }

    private static String owner(String appId) {
        return "oms:" + appId;
    }
}
