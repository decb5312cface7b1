package io.weir.cloud.dispense;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.model.Money;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the ledger must be told, until it has answered. */
final class PostingStore {
    private static final String COLUMNS =
            """
            id, key, dispense, tenant, member, kind, hold, amount_fen, legs::text AS legs, reason, state, attempts
            """;
    private static final String INSERT =
            """
            INSERT INTO dispense.posting
              (key, dispense, tenant, member, kind, hold, amount_fen, legs, reason, due_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $10, $10)
            """;

    /** Put off for longer than any pause: by a clock that was ahead and has been set back. */
    private static final String TAKE =
            """
            UPDATE dispense.posting
            SET attempts = attempts + 1,
                due_at = $1::timestamptz
                  + least($2::bigint * (1 << least(attempts, 16))::bigint, $3::bigint) * interval '1 millisecond'
            WHERE id IN (
              SELECT p.id FROM dispense.posting p
              WHERE p.state = 'DUE'
                AND (p.due_at <= $1 OR p.due_at > $1::timestamptz + $3::bigint * interval '1 millisecond')
                AND NOT EXISTS (
                  SELECT 1 FROM dispense.posting e
                  WHERE e.dispense = p.dispense AND e.id < p.id AND e.state = 'DUE')
              ORDER BY p.due_at, p.id LIMIT $4 FOR UPDATE SKIP LOCKED)
            RETURNING
            """
                    + COLUMNS;

    private static final String BY_KEY =
            "SELECT " + COLUMNS + " FROM dispense.posting WHERE key = $1";
    private static final String FINISH =
            """
            UPDATE dispense.posting SET state = $2, problem = $3, done_at = $4 WHERE id = $1 AND state = 'DUE'
            """;
    private static final String NOTE =
            "UPDATE dispense.posting SET problem = $2 WHERE id = $1 AND state = 'DUE'";
    private static final String HURRY =
            "UPDATE dispense.posting SET due_at = $2 WHERE dispense = $1 AND state = 'DUE' AND"
                    + " due_at > $2";

    enum State {
        DUE,
        DONE,
        REFUSED
    }

    /** A posting as it is stored. */
    record Stored(
            long id, String tenant, String member, State state, int attempts, Posting posting) {}

    void insert(SqlConnection tx, Dispense dispense, Collection<Posting> postings, Instant now) {
        if (!postings.isEmpty()) {
            tx.preparedQuery(INSERT)
                    .executeBatch(postings.stream().map(p -> tuple(dispense, p, now)).toList())
                    .await();
        }
    }

    /**
     * Takes what is due, per dispense only the oldest; what isn't finished is taken again, at
     * growing distances.
     */
    List<Stored> take(SqlConnection tx, Instant now, Duration again, Duration max, int limit) {
        Tuple values =
                Tuple.of(now.atOffset(ZoneOffset.UTC), again.toMillis(), max.toMillis(), limit);
        return all(tx.preparedQuery(TAKE).execute(values).await());
    }

    @Nullable Stored byKey(SqlConnection tx, String key) {
        List<Stored> found = all(tx.preparedQuery(BY_KEY).execute(Tuple.of(key)).await());
        return found.isEmpty() ? null : found.getFirst();
    }

    /** False when somebody else has finished it. */
    boolean finish(
            SqlConnection tx, Stored stored, State state, @Nullable String problem, Instant now) {
        Tuple values = Tuple.of(stored.id(), state.name(), problem, now.atOffset(ZoneOffset.UTC));
        return tx.preparedQuery(FINISH).execute(values).await().rowCount() == 1;
    }

    void note(SqlConnection tx, Stored stored, String problem) {
        tx.preparedQuery(NOTE).execute(Tuple.of(stored.id(), problem)).await();
    }

    /** An operator won't wait for the next try. */
    void hurry(SqlConnection tx, String dispense, Instant now) {
        tx.preparedQuery(HURRY).execute(Tuple.of(dispense, now.atOffset(ZoneOffset.UTC))).await();
    }

    private static Tuple tuple(Dispense dispense, Posting p, Instant now) {
        return Tuple.tuple()
                .addValue(p.key())
                .addValue(p.dispense())
                .addValue(dispense.order().tenant())
                .addValue(dispense.order().member())
                .addValue(p.kind().name())
                .addValue(p.hold())
                .addValue(p.amount().fen())
                .addValue(Json.text(p.legs()))
                .addValue(p.reason())
                .addValue(now.atOffset(ZoneOffset.UTC));
    }

    private static List<Stored> all(RowSet<Row> rows) {
        List<Stored> found = new ArrayList<>();
        for (Row r : rows) {
            Posting posting =
                    new Posting(
                            Posting.Kind.valueOf(r.getString("kind")),
                            r.getString("key"),
                            r.getString("dispense"),
                            r.getString("hold"),
                            Money.ofFen(r.getLong("amount_fen")),
                            legs(r.getString("legs")),
                            r.getString("reason"));
            found.add(
                    new Stored(
                            r.getLong("id"),
                            r.getString("tenant"),
                            r.getString("member"),
                            State.valueOf(r.getString("state")),
                            r.getInteger("attempts"),
                            posting));
        }
        return found;
    }

    private static List<Leg> legs(String json) {
        List<Leg> legs = new ArrayList<>();
        for (JsonNode node : Json.tree(json)) {
            legs.add(Json.MAPPER.convertValue(node, Leg.class));
        }
        return legs;
    }
}
