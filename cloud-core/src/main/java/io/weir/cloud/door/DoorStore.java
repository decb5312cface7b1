package io.weir.cloud.door;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.door.DoorApi.Connection;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The authority, tokens, certificates and connections; all as {@code weir_system}. */
final class DoorStore {
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('door.authority'))";
    private static final String AUTHORITY =
            "SELECT certificate, sealed_key, key_id FROM door.authority";
    private static final String ADD_AUTHORITY =
            """
            INSERT INTO door.authority (id, certificate, sealed_key, key_id, created_at)
            VALUES (1, $1, $2, $3, $4)
            """;
    private static final String ADD_TOKEN =
            """
            INSERT INTO door.token (hash, gateway_id, made_by, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5)
            """;
    private static final String FORGET_TOKENS =
            "DELETE FROM door.token WHERE expires_at < $1::timestamptz - interval '30 days'";
    private static final String USE_TOKEN =
            """
            UPDATE door.token SET used_at = $3
            WHERE hash = $1 AND gateway_id = $2 AND used_at IS NULL AND expires_at > $3
            """;
    private static final String ADD_CERTIFICATE =
            """
            INSERT INTO door.certificate (serial, gateway_id, signed_at, expires_at)
            VALUES ($1, $2, $3, $4)
            """;
    private static final String GOOD =
            """
            SELECT 1 FROM door.certificate
            WHERE serial = $1 AND gateway_id = $2 AND revoked_at IS NULL AND expires_at > $3
            """;
    private static final String CONNECT =
            """
            INSERT INTO door.connection (gateway_id, epoch, node, opened_at) VALUES ($1, 1, $2, $3)
            ON CONFLICT (gateway_id) DO UPDATE
            SET epoch = door.connection.epoch + 1, node = excluded.node, opened_at = excluded.opened_at
            RETURNING epoch
            """;
    private static final String STATES =
            """
            SELECT a.gateway_id, a.epoch,
                   c.serial IS NOT NULL AS known, c.revoked_at IS NOT NULL AS revoked, c.expires_at <= $4 AS expired,
                   n.epoch AS newest
            FROM unnest($1::text[], $2::text[], $3::bigint[]) AS a(gateway_id, serial, epoch)
            LEFT JOIN door.certificate c ON c.serial = a.serial AND c.gateway_id = a.gateway_id
            LEFT JOIN door.connection n ON n.gateway_id = a.gateway_id
            """;
    private static final String REVOKE =
            """
            UPDATE door.certificate SET revoked_at = $2, revoked_by = $3
            WHERE gateway_id = $1 AND revoked_at IS NULL AND expires_at > $2
            """;
    private static final String SPOIL_TOKENS =
            "UPDATE door.token SET expires_at = $2 WHERE gateway_id = $1 AND used_at IS NULL AND"
                    + " expires_at > $2";

    private DoorStore() {}

    record SealedAuthority(String certificate, Buffer sealedKey, String keyId) {}

    /** Alone among all nodes until the transaction ends. */
    static @Nullable SealedAuthority lockAuthority(SqlConnection c) {
        c.query(LOCK).execute().await();
        for (Row row : c.query(AUTHORITY).execute().await()) {
            return new SealedAuthority(
                    row.getString("certificate"),
                    row.getBuffer("sealed_key"),
                    row.getString("key_id"));
        }
        return null;
    }

    static void addAuthority(SqlConnection c, SealedAuthority a, Instant now) {
        change(c, ADD_AUTHORITY, Tuple.of(a.certificate(), a.sealedKey(), a.keyId(), at(now)));
    }

    static void addToken(
            SqlConnection c, byte[] hash, String gateway, String by, Instant now, Instant expires) {
        change(c, FORGET_TOKENS, Tuple.of(at(now)));
        change(c, ADD_TOKEN, Tuple.of(Buffer.buffer(hash), gateway, by, at(now), at(expires)));
    }

    /** False when there is no such token, it is another gateway's, used, or too old. */
    static boolean useToken(SqlConnection c, byte[] hash, String gateway, Instant now) {
        return change(c, USE_TOKEN, Tuple.of(Buffer.buffer(hash), gateway, at(now))) == 1;
    }

    static void addCertificate(
            SqlConnection c, String serial, String gateway, Instant now, Instant expires) {
        change(c, ADD_CERTIFICATE, Tuple.of(serial, gateway, at(now), at(expires)));
    }

    static boolean isGood(SqlConnection c, String serial, String gateway, Instant now) {
        return c.preparedQuery(GOOD).execute(Tuple.of(serial, gateway, at(now))).await().size()
                == 1;
    }

    /** The new connection's epoch. */
    static long connect(SqlConnection c, String gateway, String node, Instant now) {
        return c.preparedQuery(CONNECT)
                .execute(Tuple.of(gateway, node, at(now)))
                .await()
                .iterator()
                .next()
                .getLong("epoch");
    }

    /** Why each of these connections must end; without those that may go on. */
    static Map<Connection, String> toEnd(
            SqlConnection c, List<Connection> connections, Instant now) {
        Map<String, Connection> asked = new HashMap<>();
        connections.forEach(one -> asked.put(one.gateway() + one.epoch(), one));
        Tuple values =
                Tuple.of(
                        connections.stream().map(Connection::gateway).toArray(String[]::new),
                        connections.stream().map(Connection::serial).toArray(String[]::new),
                        connections.stream().map(Connection::epoch).toArray(Long[]::new),
                        at(now));
        Map<Connection, String> ends = new HashMap<>();
        for (Row row : c.preparedQuery(STATES).execute(values).await()) {
            String why = why(row);
            Connection one = asked.get(row.getString("gateway_id") + row.getLong("epoch"));
            if (why != null && one != null) {
                ends.put(one, why);
            }
        }
        return ends;
    }

    /** How many certificates were good until now; tokens that nobody used are void as well. */
    static int revoke(SqlConnection c, String gateway, String by, Instant now) {
        change(c, SPOIL_TOKENS, Tuple.of(gateway, at(now)));
        return change(c, REVOKE, Tuple.of(gateway, at(now), by));
    }

    private static @Nullable String why(Row row) {
        if (!row.getBoolean("known")) {
            return "the certificate is unknown";
        }
        if (row.getBoolean("revoked")) {
            return "the certificate is revoked";
        }
        if (row.getBoolean("expired")) {
            return "the certificate is expired";
        }
        Long newest = row.getLong("newest");
        return newest != null && newest > row.getLong("epoch") ? "a newer connection" : null;
    }

    private static java.time.OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static int change(SqlConnection c, String sql, Tuple values) {
        return c.preparedQuery(sql).execute(values).await().rowCount();
    }
}
