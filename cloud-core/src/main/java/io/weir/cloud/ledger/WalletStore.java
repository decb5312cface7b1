package io.weir.cloud.ledger;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ledger.WalletOps.Balance;
import io.weir.api.ledger.WalletOps.CommissionEntry;
import io.weir.api.ledger.WalletOps.Entry;
import io.weir.model.Money;
import io.weir.model.Page;
import io.weir.runtime.sql.Paged;

import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

/** Reads of wallets, commission and payables. Row-level security holds every one to its scope. */
final class WalletStore {
    private static final String BALANCES_OF =
            """
            SELECT code, balance FROM ledger.account
            WHERE code = ANY($1) AND starts_with(tenant, $2)
            """;
    private static final String ENTRIES =
            """
            SELECT t.id, t.at, t.kind, t.purpose, e.amount
            FROM ledger.account AS a
            JOIN ledger.entry AS e ON e.account = a.id
            JOIN ledger.transaction AS t ON t.id = e.transaction
            WHERE a.code = $1 AND starts_with(a.tenant, $2)
            ORDER BY e.transaction DESC LIMIT $3 OFFSET $4
            """;
    private static final String COUNT_ENTRIES =
            """
            SELECT count(*) FROM ledger.account AS a JOIN ledger.entry AS e ON e.account = a.id
            WHERE a.code = $1 AND starts_with(a.tenant, $2)
            """;
    private static final String COMMISSION =
            """
            SELECT level, amount, refunded, state, available_at, hold
            FROM ledger.share
            WHERE member = $1 AND kind = 'COMMISSION' AND starts_with(tenant, $2)
            ORDER BY hold DESC, n LIMIT $3 OFFSET $4
            """;
    private static final String COUNT_COMMISSION =
            """
            SELECT count(*) FROM ledger.share
            WHERE member = $1 AND kind = 'COMMISSION' AND starts_with(tenant, $2)
            """;
    private static final String PAYABLES =
            """
            SELECT code, balance, flagged FROM ledger.account
            WHERE kind = 'PAYABLE' AND starts_with(tenant, $1)
            ORDER BY code LIMIT $2 OFFSET $3
            """;
    private static final String COUNT_PAYABLES =
            """
            SELECT count(*) FROM ledger.account WHERE kind = 'PAYABLE' AND starts_with(tenant, $1)
            """;

    /** Fen by account code; accounts that don't exist are left out. */
    Map<String, Long> balances(SqlConnection db, String path, String... codes) {
        Map<String, Long> balances = new HashMap<>();
        db.preparedQuery(BALANCES_OF)
                .execute(Tuple.of(codes, path))
                .await()
                .forEach(row -> balances.put(row.getString(0), row.getLong(1)));
        return balances;
    }

    Page<Entry> entries(SqlConnection db, String path, String code, int limit, int offset) {
        Tuple filter = Tuple.of(code, path);
        return Paged.read(db, COUNT_ENTRIES, ENTRIES, filter, limit, offset, WalletStore::entry);
    }

    Page<CommissionEntry> commission(
            SqlConnection db, String path, String uid, int limit, int offset) {
        Tuple filter = Tuple.of(uid, path);
        return Paged.read(
                db, COUNT_COMMISSION, COMMISSION, filter, limit, offset, WalletStore::earned);
    }

    Page<Balance> payables(SqlConnection db, String path, int limit, int offset) {
        return Paged.read(
                db, COUNT_PAYABLES, PAYABLES, Tuple.of(path), limit, offset, WalletStore::payable);
    }

    private static Entry entry(Row row) {
        return new Entry(
                String.valueOf(row.getLong("id")),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("kind"),
                Money.ofFen(row.getLong("amount")),
                row.getString("purpose"));
    }

    private static CommissionEntry earned(Row row) {
        OffsetDateTime available = row.getOffsetDateTime("available_at");
        return new CommissionEntry(
                String.valueOf(row.getLong("hold")),
                row.getInteger("level"),
                Money.ofFen(row.getLong("amount")),
                Money.ofFen(row.getLong("refunded")),
                row.getString("state"),
                available == null ? null : available.toInstant());
    }

    private static Balance payable(Row row) {
        String code = row.getString("code");
        return new Balance(
                code.substring(code.indexOf(':') + 1),
                Money.ofFen(row.getLong("balance")),
                row.getBoolean("flagged"));
    }
}
