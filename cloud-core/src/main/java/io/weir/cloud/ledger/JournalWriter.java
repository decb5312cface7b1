package io.weir.cloud.ledger;

import static io.weir.cloud.ledger.Columns.longs;
import static io.weir.cloud.ledger.Columns.shorts;
import static io.weir.cloud.ledger.Columns.texts;
import static io.weir.cloud.ledger.Columns.times;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.ledger.Books.Accepted;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes what a batch decided: one statement per table whatever the batch's size, all sent without
 * waiting in between.
 */
final class JournalWriter {
    private static final String INSERT_TRANSACTIONS =
            """
            INSERT INTO ledger.transaction
                (id, key, input_hash, kind, tenant, member, hold, purpose, reason, answer, at)
            SELECT id, key, input_hash, kind, tenant, member, hold, purpose, reason, answer, $11
            FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[],
                    $7::bigint[], $8::text[], $9::text[], $10::text[])
                AS v (id, key, input_hash, kind, tenant, member, hold, purpose, reason, answer)
            """;
    private static final String INSERT_ENTRIES =
            """
            INSERT INTO ledger.entry (transaction, account, tenant, member, amount)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
            """;
    private static final String UPDATE_ACCOUNTS =
            """
            UPDATE ledger.account AS a SET balance = v.balance, flagged = v.flagged
            FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS v (id, balance, flagged)
            WHERE a.id = v.id
            """;
    private static final String INSERT_HOLDS =
            """
            INSERT INTO ledger.hold
                (id, tenant, member, purpose, amount, captured, refunded, state, expires_at)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[],
                $6::bigint[], $7::bigint[], $8::text[], $9::timestamptz[])
            """;
    private static final String UPDATE_HOLDS =
            """
            UPDATE ledger.hold AS h
            SET captured = v.captured, refunded = v.refunded, state = v.state,
                expires_at = CASE WHEN v.state = 'HELD' THEN h.expires_at END
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
                AS v (id, captured, refunded, state)
            WHERE h.id = v.id
            """;
    private static final String INSERT_SHARES =
            """
            INSERT INTO ledger.share (hold, n, tenant, member, kind, payee, level, amount, refunded,
                available_at, state)
            SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[],
                $6::text[], $7::smallint[], $8::bigint[], $9::bigint[], $10::timestamptz[],
                $11::text[])
            """;
    private static final String UPDATE_SHARES =
            """
            UPDATE ledger.share AS s SET refunded = v.refunded, state = v.state
            FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[])
                AS v (hold, n, refunded, state)
            WHERE s.hold = v.hold AND s.n = v.n
            """;
    private static final String TOPUPS_SUCCEED =
            "UPDATE ledger.topup SET state = 'SUCCESS' WHERE out_trade_no = ANY($1)";
    private static final String INSERT_UNPROVEN =
            "INSERT INTO ledger.unproven (transactions) VALUES ($1)";

    /** Writes all that a batch decided. */
    void write(SqlConnection db, Books books, Instant now) {
        if (books.accepted().isEmpty()) {
            return;
        }
        List<Future<?>> all = new ArrayList<>();
        all.add(db.preparedQuery(INSERT_TRANSACTIONS).execute(transactions(books, now)));
        all.add(db.preparedQuery(INSERT_ENTRIES).execute(entries(books)));
        List<Account> accounts = books.changedAccounts();
        all.add(
                db.preparedQuery(UPDATE_ACCOUNTS)
                        .execute(
                                Tuple.of(
                                        longs(accounts, Account::id),
                                        longs(accounts, Account::balance),
                                        accounts.stream()
                                                .map(Account::flagged)
                                                .toArray(Boolean[]::new))));
        if (!books.newHolds().isEmpty()) {
            all.add(db.preparedQuery(INSERT_HOLDS).execute(holds(books.newHolds())));
        }
        List<Holding> changed = books.changedHolds();
        if (!changed.isEmpty()) {
            all.add(
                    db.preparedQuery(UPDATE_HOLDS)
                            .execute(
                                    Tuple.of(
                                            longs(changed, Holding::id),
                                            longs(changed, Holding::captured),
                                            longs(changed, Holding::refunded),
                                            texts(changed, h -> h.state().name()))));
        }
        if (!books.newShares().isEmpty()) {
            all.add(db.preparedQuery(INSERT_SHARES).execute(shares(books.newShares())));
        }
        List<Share> touched = books.changedShares();
        if (!touched.isEmpty()) {
            all.add(
                    db.preparedQuery(UPDATE_SHARES)
                            .execute(
                                    Tuple.of(
                                            longs(touched, Share::hold),
                                            shorts(touched, Share::n),
                                            longs(touched, Share::refunded),
                                            texts(touched, JournalWriter::stateOf))));
        }
        String[] paidIn =
                books.accepted().stream()
                        .map(a -> a.decision().paidIn())
                        .filter(Objects::nonNull)
                        .toArray(String[]::new);
        if (paidIn.length > 0) {
            all.add(db.preparedQuery(TOPUPS_SUCCEED).execute(Tuple.of(paidIn)));
        }
        all.add(
                db.preparedQuery(INSERT_UNPROVEN)
                        .execute(Tuple.of(longs(books.accepted(), a -> a.decision().id()))));
        Future.all(all).await();
    }

    private static Tuple transactions(Books books, Instant now) {
        List<Accepted> all = books.accepted();
        return Tuple.tuple()
                .addValue(longs(all, a -> a.decision().id()))
                .addValue(texts(all, a -> a.command().key()))
                .addValue(
                        all.stream()
                                .map(a -> Buffer.buffer(a.command().hash()))
                                .toArray(Buffer[]::new))
                .addValue(texts(all, a -> a.decision().kind().name()))
                .addValue(texts(all, a -> a.decision().tenant()))
                .addValue(texts(all, a -> a.decision().member()))
                .addValue(longs(all, a -> a.decision().hold()))
                .addValue(texts(all, a -> a.decision().purpose()))
                .addValue(texts(all, a -> a.decision().reason()))
                .addValue(texts(all, Accepted::answer))
                .addValue(now.atOffset(ZoneOffset.UTC));
    }

    private static Tuple entries(Books books) {
        record Line(long transaction, Account account, long fen) {}
        List<Line> lines = new ArrayList<>();
        for (Accepted a : books.accepted()) {
            for (Posting p : a.decision().postings()) {
                lines.add(new Line(a.decision().id(), books.account(p.account()), p.fen()));
            }
        }
        return Tuple.tuple()
                .addValue(longs(lines, Line::transaction))
                .addValue(longs(lines, l -> l.account().id()))
                .addValue(texts(lines, l -> l.account().tenant()))
                .addValue(texts(lines, l -> l.account().member()))
                .addValue(longs(lines, Line::fen));
    }

    private static Tuple holds(List<Holding> all) {
        return Tuple.tuple()
                .addValue(longs(all, Holding::id))
                .addValue(texts(all, Holding::tenant))
                .addValue(texts(all, Holding::member))
                .addValue(texts(all, Holding::purpose))
                .addValue(longs(all, Holding::amount))
                .addValue(longs(all, Holding::captured))
                .addValue(longs(all, Holding::refunded))
                .addValue(texts(all, h -> h.state().name()))
                .addValue(times(all, Holding::expiresAt));
    }

    private static Tuple shares(List<Share> all) {
        return Tuple.tuple()
                .addValue(longs(all, Share::hold))
                .addValue(shorts(all, Share::n))
                .addValue(texts(all, Share::tenant))
                .addValue(texts(all, Share::member))
                .addValue(texts(all, s -> s.kind().name()))
                .addValue(texts(all, Share::payee))
                .addValue(shorts(all, Share::level))
                .addValue(longs(all, Share::amount))
                .addValue(longs(all, Share::refunded))
                .addValue(times(all, Share::availableAt))
                .addValue(texts(all, JournalWriter::stateOf));
    }

    private static @Nullable String stateOf(Share share) {
        Share.State state = share.state();
        return state == null ? null : state.name();
    }
}
