package io.weir.cloud.members;

import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Ways to WeChat and back: {@code state} goes with whoever leaves, and who comes back with a code
 * must be the one who left (RFC 6749, 10.12). Without it a stranger's code, slipped to somebody who
 * is logged in, would bind the stranger's WeChat account to their wallet. Good once, within ten
 * minutes.
 */
final class WechatStates {
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** WeChat takes letters and digits. */
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static final int LENGTH = 32;

    private final Tx tx;
    private final Time time;

    /** One that was begun. */
    record Begun(String state, Instant expires) {}

    WechatStates(Tx tx, Time time) {
        this.tx = tx;
        this.time = time;
    }

    /** What nobody guesses. */
    static String secret() {
        return Secrets.word(LETTERS, LENGTH);
    }

    /** What only a member in one of their sessions knows. */
    static String owner(String uid, String session) {
        return uid + " " + session;
    }

    /**
     * @param owner what only who begins knows: a secret of their browser's, or member and session
     */
    Begun begin(String vid, String owner) {
        String state = secret();
        Instant expires = time.now().plus(LIFE);
        tx.system(
                c -> {
                    CodeStore.addState(c, hash(state), vid, hash(owner), expires);
                    return state;
                });
        return new Begun(state, expires);
    }

    /** Uses it up, whether it is the caller's or not. */
    void take(String state, String vid, String owner) {
        byte @Nullable [] expected =
                tx.system(c -> CodeStore.takeState(c, hash(state), vid, time.now()));
        if (expected == null || !MessageDigest.isEqual(expected, hash(owner))) {
            throw new Rejected(
                    MembersError.BAD_WECHAT_STATE,
                    "state: begin again",
                    List.of(new FieldError("state", "must be one that you began and did not use")));
        }
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
