package io.weir.cloud.configuration;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.configuration.ConfigurationApi.Offer;
import io.weir.api.configuration.ConfigurationOps.State;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL that drives pushes: begun by people, driven by the system. */
final class PushStore {
    private static final String OPEN =
            "SELECT count(*) FROM configuration.push WHERE product_id = $1 AND ended_at IS NULL";
    private static final String START =
            """
            INSERT INTO configuration.push
                (id, product_id, version_id, version, tenant, author, created_at, until)
            SELECT $1, v.product_id, v.id, v.version, v.tenant, $4, $5, $6
            FROM configuration.version v WHERE v.product_id = $2 AND v.version = $3
            """;
    private static final String TARGETS =
            """
            INSERT INTO configuration.target (push_id, device_id, tenant, next_at, updated_at)
            SELECT p.id, d, p.tenant, p.created_at, p.created_at
            FROM configuration.push p, unnest($2::text[]) d WHERE p.id = $1
            """;
    private static final String REPLACE_DEVICES =
            """
            UPDATE configuration.target SET state = 'FAILED', reason = 'replaced by a newer push', updated_at = $2
            WHERE device_id = ANY ($1::text[]) AND state IN ('PENDING', 'SENT')
            """;
    private static final String REPLACE_VERSION =
            """
            UPDATE configuration.target t
            SET state = 'FAILED', reason = 'another version was activated', updated_at = $3
            FROM configuration.push p
            WHERE p.id = t.push_id AND p.product_id = $1 AND p.version <> $2 AND t.state IN ('PENDING', 'SENT')
            """;
    private static final String FETCHED =
            """
            UPDATE configuration.target t SET state = 'ACKNOWLEDGED', reason = 'asked for it itself', updated_at = $3
            FROM configuration.push p
            WHERE t.device_id = $1 AND p.id = t.push_id AND p.version_id = $2 AND t.state = 'PENDING'
            """;
    private static final String ANY_OPEN =
            "SELECT EXISTS (SELECT FROM configuration.push WHERE ended_at IS NULL) AS any_open";
    private static final String CLAIM =
            """
            WITH due AS (
                SELECT t.push_id, t.device_id
                FROM configuration.target t JOIN configuration.push p ON p.id = t.push_id
                    JOIN configuration.product o ON o.product_id = p.product_id
                WHERE t.state IN ('PENDING', 'SENT') AND t.next_at <= $1 AND p.until > $1 AND o.enabled
                ORDER BY t.next_at LIMIT $2 FOR UPDATE OF t SKIP LOCKED)
            UPDATE configuration.target t SET state = 'SENT', next_at = $3, updated_at = $1
            FROM due, configuration.push p, configuration.version v, configuration.product o
            WHERE t.push_id = due.push_id AND t.device_id = due.device_id
                AND p.id = t.push_id AND v.id = p.version_id AND o.product_id = p.product_id
            RETURNING t.push_id, t.device_id, t.tenant, t.tries, v.id, v.size, v.sha256, o.product_key
            """;
    private static final String SETTLE =
            """
            UPDATE configuration.target
            SET state = $3, code = $4, reason = $5, tries = tries + $6, next_at = $7, updated_at = $8
            WHERE push_id = $1 AND device_id = $2 AND state = 'SENT'
            """;
    private static final String WAKE =
            "UPDATE configuration.target SET next_at = $2"
                    + " WHERE device_id = $1 AND state = 'PENDING' AND next_at > $2";
    private static final String EXPIRE =
            """
            UPDATE configuration.target t
            SET state = 'FAILED', reason = coalesce(t.reason, 'no reply') || '; the push ended', updated_at = $1
            FROM configuration.push p
            WHERE p.id = t.push_id AND p.ended_at IS NULL AND p.until <= $1 AND t.state IN ('PENDING', 'SENT')
            """;
    private static final String END =
            """
            UPDATE configuration.push p SET ended_at = $1
            WHERE p.ended_at IS NULL AND NOT EXISTS (
                SELECT FROM configuration.target t WHERE t.push_id = p.id AND t.state IN ('PENDING', 'SENT'))
            """;

    private PushStore() {}

    /**
     * One device to be told now.
     *
     * @param tenant of the push
     * @param tries that it did not reply to
     */
    record Due(String pushId, String tenant, String productKey, int tries, Offer offer) {
        String deviceId() {
            return offer.deviceId();
        }
    }

    /** What came of telling a device. */
    record Outcome(
            State state,
            @Nullable Integer code,
            @Nullable String reason,
            boolean tried,
            Instant nextAt) {}

    static long open(SqlConnection c, long product) {
        return c.preparedQuery(OPEN)
                .execute(Tuple.of(product))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** These devices hear of no earlier push any more. The product is locked. */
    static void start(
            SqlConnection c,
            String id,
            long product,
            int version,
            List<String> devices,
            String author,
            Instant now,
            Instant until) {
        String[] ids = devices.toArray(String[]::new);
        c.preparedQuery(REPLACE_DEVICES).execute(Tuple.of(ids, at(now))).await();
        c.preparedQuery(START)
                .execute(Tuple.of(id, product, version, author, at(now), at(until)))
                .await();
        // Tuple.of would take the array for its variable arguments
        c.preparedQuery(TARGETS).execute(Tuple.tuple().addValue(id).addValue(ids)).await();
    }

    /** Ends what is under way with other versions than this. */
    static void replace(SqlConnection c, long product, int version, Instant now) {
        c.preparedQuery(REPLACE_VERSION).execute(Tuple.of(product, version, at(now))).await();
    }

    /** The device asked and got this version: no need to push it. */
    static void fetched(SqlConnection c, String device, String versionId, Instant now) {
        c.preparedQuery(FETCHED).execute(Tuple.of(device, versionId, at(now))).await();
    }

    static boolean anyOpen(SqlConnection c) {
        return c.query(ANY_OPEN).execute().await().iterator().next().getBoolean("any_open");
    }

    /**
     * Marks them SENT before they are told: after a kill they come again.
     *
     * @param waitUntil when they are due again if nothing settles them
     */
    static List<Due> claim(SqlConnection c, int most, Instant now, Instant waitUntil) {
        List<Due> due = new ArrayList<>();
        for (Row row :
                c.preparedQuery(CLAIM).execute(Tuple.of(at(now), most, at(waitUntil))).await()) {
            due.add(
                    new Due(
                            row.getString("push_id"),
                            row.getString("tenant"),
                            row.getString("product_key"),
                            row.getInteger("tries"),
                            new Offer(
                                    row.getString("device_id"),
                                    row.getString("id"),
                                    row.getInteger("size"),
                                    row.getString("sha256"))));
        }
        return due;
    }

    static void settle(SqlConnection c, Due due, Outcome outcome, Instant now) {
        c.preparedQuery(SETTLE)
                .execute(
                        Tuple.from(
                                new Object[] {
                                    due.pushId(),
                                    due.deviceId(),
                                    outcome.state().name(),
                                    outcome.code(),
                                    outcome.reason(),
                                    outcome.tried() ? 1 : 0,
                                    at(outcome.nextAt()),
                                    at(now)
                                }))
                .await();
    }

    static void wake(SqlConnection c, String device, Instant now) {
        c.preparedQuery(WAKE).execute(Tuple.of(device, at(now))).await();
    }

    /** Gives up what is too late and closes what is complete. */
    static void end(SqlConnection c, Instant now) {
        c.preparedQuery(EXPIRE).execute(Tuple.of(at(now))).await();
        c.preparedQuery(END).execute(Tuple.of(at(now))).await();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
