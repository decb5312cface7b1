package io.weir.cloud.tokens;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Signal;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * Opens, renews and ends sessions. A refresh token is good for one use; shown again, somebody has a
 * copy, and the whole session (the token's family) ends. Waits: for virtual threads.
 */
public final class Sessions {
    /** Hint that a session has ended; nodes that miss it learn it from PostgreSQL in seconds. */
    public static final Signal<Ended> ENDED = new Signal<>("tokens.session.ended.v1", Ended.class);

    public record Ended(List<String> sids) {}

    /**
     * @param sid the session whose refresh token was good; null when it was not
     */
    public record Renewed(@Nullable String sid, String uid, String refreshToken) {}

    private static final int SECRET_BYTES = 32;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final JWTAuth signer;
    private final Duration access;
    private final Duration session;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param access how long an access token lives
     * @param session how long a session lives, however often it is renewed
     */
    public Sessions(
            Vertx vertx,
            Tx tx,
            Bus bus,
            Time time,
            SigningKey key,
            Duration access,
            Duration session) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.signer = key.provider(vertx);
        this.access = access;
        this.session = session;
    }

    /** A new session and its first refresh token. */
    public Renewed open(String uid) {
        String sid = secret();
        String refresh = secret();
        tx.system(
                c -> {
                    TokenStore.open(c, sid, uid, time.now().plus(session));
                    TokenStore.add(c, hash(refresh), sid);
                    return sid;
                });
        return new Renewed(sid, uid, refresh);
    }

    /** Trades a refresh token for the next one; {@code sid} is null when it is worth nothing. */
    public Renewed renew(String refreshToken) {
        Buffer hash = hash(refreshToken);
        String next = secret();
        record Outcome(@Nullable String sid, String uid, List<String> ended) {}
        Outcome outcome =
                tx.system(
                        c -> {
                            TokenStore.Refresh found = TokenStore.find(c, hash);
                            if (found == null || found.ended()) {
                                return new Outcome(null, "", List.of());
                            }
                            if (found.used()) {
                                var ended = TokenStore.end(c, found.sid(), "refresh token reused");
                                return new Outcome(null, "", ended);
                            }
                            if (found.expiresAt().isBefore(time.now())) {
                                return new Outcome(null, "", List.of());
                            }
                            TokenStore.use(c, hash);
                            TokenStore.add(c, hash(next), found.sid());
                            return new Outcome(found.sid(), found.uid(), List.of());
                        });
        tell(outcome.ended());
        return new Renewed(outcome.sid(), outcome.uid(), next);
    }

    public void end(String sid, String reason) {
        tell(tx.system(c -> TokenStore.end(c, sid, reason)));
    }

    /** Ends all sessions of an account: disabled, or its password changed. */
    public void endAll(String uid, String reason) {
        tell(tx.system(c -> TokenStore.endAll(c, uid, reason)));
    }

    /** The same within a transaction at hand and without the hint: nodes learn it in seconds. */
    public static void endAll(SqlConnection c, String uid, String reason) {
        TokenStore.endAll(c, uid, reason);
    }

    /**
     * @param last when it was last renewed
     */
    public record Open(String sid, Instant began, Instant last, Instant ends) {}

    /** The sessions of an account that go on, the newest first, at most 200. */
    public List<Open> open(SqlConnection c, String uid) {
        return TokenStore.open(c, uid, time.now()).stream()
                .map(o -> new Open(o.sid(), o.began(), o.last(), o.ends()))
                .toList();
    }

    /** Ends one session of an account; false when it has no such one. */
    public boolean endOwn(String uid, String sid, String reason) {
        List<String> ended = tx.system(c -> TokenStore.endOwn(c, sid, uid, reason));
        tell(ended);
        return !ended.isEmpty();
    }

    /** Ends all sessions of an account but one. */
    public void endOthers(String uid, String but, String reason) {
        tell(tx.system(c -> TokenStore.endOthers(c, uid, but, reason)));
    }

    /** Deletes sessions that expired more than a day ago. */
    public void forgetExpired() {
        tx.system(
                c -> {
                    TokenStore.forget(c);
                    return true;
                });
    }

    public String accessToken(Claims claims) {
        return signer.generateToken(claims.json(), SigningKey.signing(accessSeconds()));
    }

    public int accessSeconds() {
        return (int) access.toSeconds();
    }

    private void tell(List<String> ended) {
        if (!ended.isEmpty()) {
            bus.publish(ENDED, new Ended(ended));
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Buffer hash(String token) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return Buffer.buffer(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
