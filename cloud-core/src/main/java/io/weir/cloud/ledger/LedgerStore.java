package io.weir.cloud.ledger;

import static io.weir.cloud.ledger.Columns.longs;
import static io.weir.cloud.ledger.Columns.texts;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ledger.LedgerApi.LegKind;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Loads and locks what a batch needs. Locks are taken in one order everywhere, holds before
 * accounts and each sorted, so that batches of several nodes wait for each other but don't
 * deadlock.
 */
final class LedgerStore {
    private static final String LOCK_HOLDS =
            """
            SELECT id, tenant, member, purpose, amount, captured, refunded, state, expires_at
            FROM ledger.hold WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
            """;
    private static final String SHARES =
            """
            SELECT hold, n, tenant, kind, payee, level, amount, refunded, available_at, state
            FROM ledger.share WHERE hold = ANY($1) ORDER BY hold, n
            """;
    private static final String LOCK_ACCOUNTS =
            """
            SELECT id, code, kind, tenant, member, balance, flagged
            FROM ledger.account WHERE code = ANY($1) ORDER BY code FOR NO KEY UPDATE
            """;
    private static final String ACCOUNTS =
            """
            SELECT id, code, kind, tenant, member, balance, flagged
            FROM ledger.account WHERE code = ANY($1)
            """;
    private static final String OPEN_ACCOUNTS =
            """
            INSERT INTO ledger.account (code, kind, tenant, member, balance)
            SELECT code, kind, tenant, member, balance
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
                AS v (code, kind, tenant, member, balance)
            ORDER BY code
            ON CONFLICT (code) DO NOTHING
            """;
    private static final String EARLIER =
            "SELECT key, input_hash, answer FROM ledger.transaction WHERE key = ANY($1)";
    private static final String DRAW_IDS =
            "SELECT nextval('ledger.transaction_id') FROM generate_series(1, $1::int)";

    /** Loads and locks holds, with the shares of those that were captured. */
    void loadHolds(SqlConnection db, Collection<Long> ids, Books books) {
        if (ids.isEmpty()) {
            return;
        }
        Tuple wanted = Tuple.of(ids.toArray(Long[]::new));
        var holds = db.preparedQuery(LOCK_HOLDS).execute(wanted);
        var shares = db.preparedQuery(SHARES).execute(wanted);
        holds.await().forEach(row -> books.load(holding(row)));
        shares.await().forEach(row -> books.load(share(row)));
    }

    /**
     * Loads accounts, locks those with a limit, and opens those that don't exist yet. Keys are
     * looked up after the locks are held, so that a request running twice at once sees itself.
     */
    List<Long> loadAccounts(
            SqlConnection db, Collection<AccountRef> refs, List<Command> commands, Books books) {
        Future<RowSet<Row>> ids = db.preparedQuery(DRAW_IDS).execute(Tuple.of(commands.size()));
        load(db, refs, books);
        List<AccountRef> missing = refs.stream().filter(ref -> !books.knows(ref)).toList();
        if (!missing.isEmpty()) {
            db.preparedQuery(OPEN_ACCOUNTS).execute(opened(missing)).await();
            load(db, missing, books);
        }
        String[] keys = commands.stream().map(Command::key).toArray(String[]::new);
        db.preparedQuery(EARLIER)
                .execute(Tuple.of(keys))
                .await()
                .forEach(
                        row ->
                                books.load(
                                        row.getString(0),
                                        new Books.Done(
                                                row.getBuffer(1).getBytes(), row.getString(2))));
        List<Long> drawn = new ArrayList<>();
        ids.await().forEach(row -> drawn.add(row.getLong(0)));
        return drawn;
    }

    private static void load(SqlConnection db, Collection<AccountRef> refs, Books books) {
        var locked = db.preparedQuery(LOCK_ACCOUNTS).execute(codes(refs, true));
        var open = db.preparedQuery(ACCOUNTS).execute(codes(refs, false));
        locked.await().forEach(row -> books.load(account(row)));
        open.await().forEach(row -> books.load(account(row)));
    }

    private static Tuple codes(Collection<AccountRef> refs, boolean constrained) {
        return Tuple.of(
                refs.stream()
                        .filter(ref -> ref.kind().constrained() == constrained)
                        .map(AccountRef::code)
                        .distinct()
                        .toArray(String[]::new));
    }

    private static Tuple opened(List<AccountRef> refs) {
        return Tuple.tuple()
                .addValue(texts(refs, AccountRef::code))
                .addValue(texts(refs, ref -> ref.kind().name()))
                .addValue(texts(refs, AccountRef::tenant))
                .addValue(texts(refs, AccountRef::member))
                .addValue(longs(refs, ref -> ref.kind().constrained() ? 0L : null));
    }

    private static Account account(Row row) {
        Long balance = row.getLong("balance");
        return new Account(
                row.getLong("id"),
                row.getString("code"),
                AccountKind.valueOf(row.getString("kind")),
                row.getString("tenant"),
                row.getString("member"),
                balance == null ? 0 : balance,
                row.getBoolean("flagged"));
    }

    private static Holding holding(Row row) {
        OffsetDateTime expires = row.getOffsetDateTime("expires_at");
        return new Holding(
                row.getLong("id"),
                row.getString("tenant"),
                row.getString("member"),
                row.getString("purpose"),
                row.getLong("amount"),
                row.getLong("captured"),
                row.getLong("refunded"),
                HoldState.valueOf(row.getString("state")),
                expires == null ? null : expires.toInstant());
    }

    private static Share share(Row row) {
        OffsetDateTime available = row.getOffsetDateTime("available_at");
        String state = row.getString("state");
        return new Share(
                row.getLong("hold"),
                row.getInteger("n"),
                row.getString("tenant"),
                LegKind.valueOf(row.getString("kind")),
                row.getString("payee"),
                row.getInteger("level"),
                row.getLong("amount"),
                row.getLong("refunded"),
                available == null ? null : available.toInstant(),
                state == null ? null : Share.State.valueOf(state));
    }
}
