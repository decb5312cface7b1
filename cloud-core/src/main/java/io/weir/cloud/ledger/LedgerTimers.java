package io.weir.cloud.ledger;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What falls due: holds with an expiry, and commission whose return window is over. The timers are
 * the rows themselves; claiming and settling is one transaction, so a crash leaves them due, and
 * {@code SKIP LOCKED} shares them out among nodes.
 */
final class LedgerTimers {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerTimers.class);
    private static final String DUE_HOLDS =
            """
            SELECT id FROM ledger.hold WHERE expires_at <= $1 AND state = 'HELD'
            ORDER BY expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
            """;
    private static final String DUE_COMMISSION =
            """
            SELECT s.hold, s.n FROM ledger.share AS s JOIN ledger.hold AS h ON h.id = s.hold
            WHERE s.state = 'PENDING' AND s.available_at <= $1
            ORDER BY s.available_at LIMIT $2 FOR NO KEY UPDATE OF h SKIP LOCKED
            """;

    private final Tx tx;
    private final Time time;
    private final int limit;
    private final LedgerBatch batch;

    /** The flow's own delay plays no part here: every due date stands in its row. */
    LedgerTimers(Tx tx, Time time, int limit) {
        this.tx = tx;
        this.time = time;
        this.limit = limit;
        this.batch = new LedgerBatch(new LedgerFlow(java.time.Duration.ZERO));
    }

    /** Settles all that is due; returns how many. */
    int run() {
        return all(DUE_HOLDS, row -> new Ask.Expire(row.getLong(0)))
                + all(DUE_COMMISSION, row -> new Ask.Mature(row.getLong(0), row.getInteger(1)));
    }

    private int all(String due, Function<Row, Ask> ask) {
        int settled = 0;
        int now;
        do {
            now = tx.system(db -> some(db, due, ask));
            settled += now;
        } while (now == limit);
        return settled;
    }

    private int some(SqlConnection db, String due, Function<Row, Ask> ask) {
        Instant now = time.now();
        OffsetDateTime until = now.atOffset(ZoneOffset.UTC);
        List<Command> commands = new ArrayList<>();
        db.preparedQuery(due)
                .execute(Tuple.of(until, limit))
                .await()
                .forEach(row -> commands.add(Command.of(Scope.PLATFORM, ask.apply(row))));
        if (commands.isEmpty()) {
            return 0;
        }
        int posted = 0;
        for (Verdict verdict : batch.run(db, commands, now)) {
            switch (verdict) {
                case Verdict.Posted done -> posted++;
                case Verdict.Repeated done -> LOG.debug("another node was faster");
                case Verdict.Refused no -> LOG.warn("a timer of the ledger is refused", no.why());
                case Verdict.Broken fault -> LOG.error("a timer of the ledger", fault.why());
            }
        }
        return posted;
    }
}
