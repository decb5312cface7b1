package io.weir.cloud.ledger;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.Money;

import java.time.Instant;
import java.time.ZoneOffset;

/** Attempts to bring money in, and whether this database takes play money. */
final class TopUpStore {
    private static final String BORN_FOR_DEMO =
            "SELECT EXISTS (SELECT 1 FROM weir.birth WHERE demo)";
    private static final String CREATE =
            """
            INSERT INTO ledger.topup (key, tenant, member, channel, amount, created_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (member, key) DO NOTHING
            """;
    private static final String FIND =
            """
            SELECT out_trade_no, tenant, member, channel, amount FROM ledger.topup
            WHERE key = $1 AND member = $2 AND starts_with(tenant, $3)
            """;

    /** An attempt as it was first asked for under its key. */
    record Stored(PayChannel.Attempt attempt, String channel) {}

    boolean bornForDemo(SqlConnection db) {
        return db.query(BORN_FOR_DEMO).execute().await().iterator().next().getBoolean(0);
    }

    /** Creates the attempt, or finds the one that an earlier request with this key created. */
    Stored attempt(
            SqlConnection db,
            String key,
            String tenant,
            String member,
            String channel,
            Money amount,
            Instant now) {
        Tuple values =
                Tuple.of(key, tenant, member, channel, amount.fen(), now.atOffset(ZoneOffset.UTC));
        db.preparedQuery(CREATE).execute(values).await();
        Row row =
                db.preparedQuery(FIND)
                        .execute(Tuple.of(key, member, tenant))
                        .await()
                        .iterator()
                        .next();
        return new Stored(
                new PayChannel.Attempt(
                        row.getString("out_trade_no"),
                        row.getString("tenant"),
                        row.getString("member"),
                        Money.ofFen(row.getLong("amount"))),
                row.getString("channel"));
    }
}
