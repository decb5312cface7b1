package io.weir.cloud.members;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** SQL of codes, image challenges and failed logins. As the system: no tenant owns them. */
final class CodeStore {
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtext('members.code'))";
    private static final String SENT =
            """
            SELECT (SELECT max(created_at) FROM members.code WHERE mobile = $1) AS last,
                (SELECT count(*) FROM members.code WHERE mobile = $1 AND created_at > $4::timestamptz - interval '1 hour') AS hour,
                (SELECT count(*) FROM members.code WHERE mobile = $1 AND created_at > $4::timestamptz - interval '1 day') AS day,
                (SELECT count(*) FROM members.code WHERE address = $2 AND created_at > $4::timestamptz - interval '1 hour') AS address,
                (SELECT count(*) FROM members.code WHERE vid = $3 AND created_at > $4::timestamptz - interval '1 day') AS vendor
            """;
    private static final String ADD =
            """
            INSERT INTO members.code (purpose, subject, vid, mobile, address, salt, hash, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    /** The newest alone is good: an older one dies with it. */
    private static final String NEWEST =
            """
            SELECT id, salt, hash FROM members.code WHERE id = (
                SELECT max(id) FROM members.code WHERE purpose = $1 AND subject = $2 AND mobile = $3)
                AND used_at IS NULL AND tries < $4 AND expires_at > $5 FOR UPDATE
            """;

    private static final String TRIED = "UPDATE members.code SET tries = tries + 1 WHERE id = $1";
    private static final String USED = "UPDATE members.code SET used_at = $2 WHERE id = $1";
    private static final String ADD_CHALLENGE =
            "INSERT INTO members.challenge (id, salt, hash, expires_at) VALUES ($1, $2, $3, $4)";

    /** Right or wrong, an image is good for one answer. */
    private static final String TAKE_CHALLENGE =
            "DELETE FROM members.challenge WHERE id = $1 RETURNING salt, hash, expires_at > $2 AS"
                    + " good";

    private static final String ADD_STATE =
            "INSERT INTO members.wechat_state (hash, vid, owner, expires_at) VALUES ($1, $2, $3,"
                    + " $4)";
    private static final String TAKE_STATE =
            "DELETE FROM members.wechat_state WHERE hash = $1 RETURNING owner, vid = $2 AND"
                    + " expires_at > $3 AS good";

    private static final String FAILED = "INSERT INTO members.failure (who, at) VALUES ($1, $2)";
    private static final String FAILURES =
            "SELECT count(*) FROM members.failure WHERE who = $1 AND at > $2";
    private static final String FORGIVEN = "DELETE FROM members.failure WHERE who = $1";
    private static final String[] FORGET = {
        "DELETE FROM members.code WHERE created_at < now() - interval '2 days'",
        "DELETE FROM members.challenge WHERE expires_at < now()",
        "DELETE FROM members.failure WHERE at < now() - interval '1 hour'",
        "DELETE FROM members.wechat_state WHERE expires_at < now()"
    };

    /** What was sent so far. */
    record Counts(@Nullable Instant last, int hour, int day, int address, int vendor) {}

    /** A salted hash. */
    record Sealed(long id, byte[] salt, byte[] hash) {}

    private CodeStore() {}

    /** One request for a code after another: none slips past a limit beside another. */
    static void alone(SqlConnection c) {
        c.query(ALONE).execute().await();
    }

    static Counts counts(SqlConnection c, String mobile, String address, String vid, Instant now) {
        Row row =
                c.preparedQuery(SENT)
                        .execute(Tuple.of(mobile, address, vid, at(now)))
                        .await()
                        .iterator()
                        .next();
        OffsetDateTime last = row.getOffsetDateTime("last");
        return new Counts(
                last == null ? null : last.toInstant(),
                row.getInteger("hour"),
                row.getInteger("day"),
                row.getInteger("address"),
                row.getInteger("vendor"));
    }

    static void add(
            SqlConnection c,
            String purpose,
            String subject,
            String vid,
            String mobile,
            String address,
            Sealed code,
            Instant now,
            Instant expires) {
        c.preparedQuery(ADD)
                .execute(
                        Tuple.of(
                                purpose,
                                subject,
                                vid,
                                mobile,
                                address,
                                Buffer.buffer(code.salt()),
                                Buffer.buffer(code.hash()),
                                at(now),
                                at(expires)))
                .await();
    }

    /** The one that is still good, locked; null when there is none. */
    static @Nullable Sealed newest(
            SqlConnection c,
            String purpose,
            String subject,
            String mobile,
            int tries,
            Instant now) {
        for (Row row :
                c.preparedQuery(NEWEST)
                        .execute(Tuple.of(purpose, subject, mobile, tries, at(now)))
                        .await()) {
            return new Sealed(
                    row.getLong("id"),
                    row.getBuffer("salt").getBytes(),
                    row.getBuffer("hash").getBytes());
        }
        return null;
    }

    static void tried(SqlConnection c, long id) {
        c.preparedQuery(TRIED).execute(Tuple.of(id)).await();
    }

    static void used(SqlConnection c, long id, Instant now) {
        c.preparedQuery(USED).execute(Tuple.of(id, at(now))).await();
    }

    static void addChallenge(SqlConnection c, String id, Sealed answer, Instant expires) {
        c.preparedQuery(ADD_CHALLENGE)
                .execute(
                        Tuple.of(
                                id,
                                Buffer.buffer(answer.salt()),
                                Buffer.buffer(answer.hash()),
                                at(expires)))
                .await();
    }

    static @Nullable Sealed takeChallenge(SqlConnection c, String id, Instant now) {
        for (Row row : c.preparedQuery(TAKE_CHALLENGE).execute(Tuple.of(id, at(now))).await()) {
            if (row.getBoolean("good")) {
                return new Sealed(
                        0, row.getBuffer("salt").getBytes(), row.getBuffer("hash").getBytes());
            }
        }
        return null;
    }

    static void addState(SqlConnection c, byte[] state, String vid, byte[] owner, Instant expires) {
        c.preparedQuery(ADD_STATE)
                .execute(Tuple.of(Buffer.buffer(state), vid, Buffer.buffer(owner), at(expires)))
                .await();
    }

    /** Whose it is; null when there is none, or no longer. It is gone then, right or wrong. */
    static byte @Nullable [] takeState(SqlConnection c, byte[] state, String vid, Instant now) {
        for (Row row :
                c.preparedQuery(TAKE_STATE)
                        .execute(Tuple.of(Buffer.buffer(state), vid, at(now)))
                        .await()) {
            return row.getBoolean("good") ? row.getBuffer("owner").getBytes() : null;
        }
        return null;
    }

    static void failed(SqlConnection c, String who, Instant now) {
        c.preparedQuery(FAILED).execute(Tuple.of(who, at(now))).await();
    }

    static int failures(SqlConnection c, String who, Instant since) {
        return c.preparedQuery(FAILURES)
                .execute(Tuple.of(who, at(since)))
                .await()
                .iterator()
                .next()
                .getInteger(0);
    }

    static void forgive(SqlConnection c, String who) {
        c.preparedQuery(FORGIVEN).execute(Tuple.of(who)).await();
    }

    static void forget(SqlConnection c) {
        for (String sql : FORGET) {
            c.query(sql).execute().await();
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
