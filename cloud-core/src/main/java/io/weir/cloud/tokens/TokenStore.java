package io.weir.cloud.tokens;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of sessions and refresh tokens. All of it runs as weir_system. */
final class TokenStore {
    private static final String OPEN =
            "INSERT INTO tokens.session (sid, uid, expires_at) VALUES ($1, $2, $3)";
    private static final String ADD = "INSERT INTO tokens.refresh (hash, sid) VALUES ($1, $2)";
    private static final String FIND =
            """
            SELECT s.sid, s.uid, s.expires_at, s.ended_at IS NOT NULL AS ended,
                   r.used_at IS NOT NULL AS used
            FROM tokens.refresh r JOIN tokens.session s USING (sid)
            WHERE r.hash = $1 FOR UPDATE
            """;
    private static final String USE =
            "UPDATE tokens.refresh SET used_at = now() WHERE hash = $1 AND used_at IS NULL";
    private static final String END =
            """
            UPDATE tokens.session SET ended_at = now(), reason = $2
            WHERE sid = $1 AND ended_at IS NULL RETURNING sid
            """;
    private static final String END_ALL =
            """
            UPDATE tokens.session SET ended_at = now(), reason = $2
            WHERE uid = $1 AND ended_at IS NULL RETURNING sid
            """;
    private static final String FORGET =
            """
            DELETE FROM tokens.session WHERE sid IN (
                SELECT sid FROM tokens.session WHERE expires_at < now() - interval '1 day' LIMIT 10000)
            """;

    private static final String OPEN_OF =
            """
            SELECT s.sid, s.created_at, s.expires_at, (SELECT max(r.created_at) FROM tokens.refresh r WHERE r.sid = s.sid) AS last
            FROM tokens.session s WHERE s.uid = $1 AND s.ended_at IS NULL AND s.expires_at > $2
            ORDER BY s.created_at DESC LIMIT 200
            """;
    private static final String END_OWN =
            """
            UPDATE tokens.session SET ended_at = now(), reason = $3
            WHERE sid = $1 AND uid = $2 AND ended_at IS NULL RETURNING sid
            """;
    private static final String END_OTHERS =
            """
            UPDATE tokens.session SET ended_at = now(), reason = $3
            WHERE uid = $1 AND sid <> $2 AND ended_at IS NULL RETURNING sid
            """;

    record Open(String sid, Instant began, Instant last, Instant ends) {}

    record Refresh(String sid, String uid, Instant expiresAt, boolean ended, boolean used) {}

    private TokenStore() {}

    static void open(SqlConnection c, String sid, String uid, Instant expiresAt) {
        c.preparedQuery(OPEN)
                .execute(Tuple.of(sid, uid, OffsetDateTime.ofInstant(expiresAt, ZoneOffset.UTC)))
                .await();
    }

    static void add(SqlConnection c, Buffer hash, String sid) {
        c.preparedQuery(ADD).execute(Tuple.of(hash, sid)).await();
    }

    static @Nullable Refresh find(SqlConnection c, Buffer hash) {
        for (Row row : c.preparedQuery(FIND).execute(Tuple.of(hash)).await()) {
            return new Refresh(
                    row.getString("sid"),
                    row.getString("uid"),
                    row.getOffsetDateTime("expires_at").toInstant(),
                    row.getBoolean("ended"),
                    row.getBoolean("used"));
        }
        return null;
    }

    static void use(SqlConnection c, Buffer hash) {
        c.preparedQuery(USE).execute(Tuple.of(hash)).await();
    }

    static List<String> end(SqlConnection c, String sid, String reason) {
        return sids(c, END, sid, reason);
    }

    static List<String> endAll(SqlConnection c, String uid, String reason) {
        return sids(c, END_ALL, uid, reason);
    }

    static List<Open> open(SqlConnection c, String uid, Instant now) {
        List<Open> open = new ArrayList<>();
        c.preparedQuery(OPEN_OF)
                .execute(Tuple.of(uid, OffsetDateTime.ofInstant(now, ZoneOffset.UTC)))
                .await()
                .forEach(
                        row ->
                                open.add(
                                        new Open(
                                                row.getString("sid"),
                                                row.getOffsetDateTime("created_at").toInstant(),
                                                row.getOffsetDateTime("last").toInstant(),
                                                row.getOffsetDateTime("expires_at").toInstant())));
        return open;
    }

    static List<String> endOwn(SqlConnection c, String sid, String uid, String reason) {
        return sids(c, END_OWN, sid, uid, reason);
    }

    static List<String> endOthers(SqlConnection c, String uid, String but, String reason) {
        return sids(c, END_OTHERS, uid, but, reason);
    }

    static void forget(SqlConnection c) {
        c.query(FORGET).execute().await();
    }

    private static List<String> sids(SqlConnection c, String sql, Object... values) {
        List<String> sids = new ArrayList<>();
        c.preparedQuery(sql)
                .execute(Tuple.from(values))
                .await()
                .forEach(row -> sids.add(row.getString(0)));
        return sids;
    }
}
