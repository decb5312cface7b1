package io.weir.cloud.tokens;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.sql.Tx;

import java.security.SecureRandom;

/**
 * The secret that signs access tokens (HS512: only our own nodes check them, and a check must cost
 * microseconds). Made once, by whichever node is first, and kept in PostgreSQL, so that all nodes
 * agree.
 */
public final class SigningKey {
    private static final String ISSUER = "weir";
    private static final String ALGORITHM = "HS512";
    private static final int LEEWAY_SECONDS = 5;
    private static final String BIRTH =
            "INSERT INTO tokens.signing_key (id, secret) VALUES (1, $1) ON CONFLICT (id) DO"
                    + " NOTHING";
    private static final String READ = "SELECT secret FROM tokens.signing_key WHERE id = 1";

    private final Buffer secret;

    private SigningKey(Buffer secret) {
        this.secret = secret;
    }

    /** Reads the key, making it first when there is none. Waits: not for an event loop. */
    public static SigningKey load(Tx tx) {
        byte[] fresh = new byte[64];
        new SecureRandom().nextBytes(fresh);
        return tx.system(
                c -> {
                    c.preparedQuery(BIRTH).execute(Tuple.of(Buffer.buffer(fresh))).await();
                    return new SigningKey(
                            c.query(READ).execute().await().iterator().next().getBuffer(0));
                });
    }

    /** A provider of its own for each verticle instance: it is not shared between threads. */
    public JWTAuth provider(Vertx vertx) {
        return JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(secret))
                        .setJWTOptions(
                                new JWTOptions()
                                        .setAlgorithm(ALGORITHM)
                                        .setIssuer(ISSUER)
                                        .setLeeway(LEEWAY_SECONDS)));
    }

    static JWTOptions signing(int seconds) {
        return new JWTOptions()
                .setAlgorithm(ALGORITHM)
                .setIssuer(ISSUER)
                .setExpiresInSeconds(seconds);
    }
}
