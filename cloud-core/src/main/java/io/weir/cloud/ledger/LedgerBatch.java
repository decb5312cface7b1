package io.weir.cloud.ledger;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The work of one database transaction: load and lock what all requests need, decide each in
 * arrival order in memory, write everything at once. A request that is refused or at fault changes
 * nothing and harms no other.
 */
final class LedgerBatch {
    private final LedgerFlow flow;
    private final LedgerStore store = new LedgerStore();
    private final JournalWriter writer = new JournalWriter();

    LedgerBatch(LedgerFlow flow) {
        this.flow = flow;
    }

    /** One verdict per command, in the same order. */
    List<Verdict> run(SqlConnection db, List<Command> commands, Instant now) {
        Books books = new Books();
        store.loadHolds(db, holds(commands), books);
        Map<String, AccountRef> refs = new LinkedHashMap<>();
        List<@Nullable Verdict> verdicts = new ArrayList<>();
        for (Command command : commands) {
            verdicts.add(gather(command, books, refs));
        }
        List<Long> ids = store.loadAccounts(db, refs.values(), commands, books);
        List<Verdict> all = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            Verdict fault = verdicts.get(i);
            all.add(fault == null ? decide(books, commands.get(i), ids.get(i), now) : fault);
        }
        writer.write(db, books, now);
        return all;
    }

    private static SortedSet<Long> holds(List<Command> commands) {
        SortedSet<Long> ids = new TreeSet<>();
        for (Command command : commands) {
            String hold = Needs.hold(command.ask());
            if (hold != null && hold.matches("[0-9]{1,18}")) {
                ids.add(Long.parseLong(hold));
            }
        }
        return ids;
    }

    private static @Nullable Verdict gather(
            Command command, Books books, Map<String, AccountRef> refs) {
        try {
            Needs.accounts(command.ask(), books).forEach(ref -> refs.putIfAbsent(ref.code(), ref));
            return null;
        } catch (RuntimeException fault) {
            return new Verdict.Broken(fault);
        }
    }

    private Verdict decide(Books books, Command command, long id, Instant now) {
        Verdict verdict = flow.decide(books, command, id, now);
        if (verdict instanceof Verdict.Posted posted) {
            books.post(command, posted.decision());
        }
        return verdict;
    }

    /** What the caller is told: the answer, or the failure thrown. */
    static Object answer(Command command, Verdict verdict) throws Rejected {
        return switch (verdict) {
            case Verdict.Posted posted -> posted.decision().answer();
            case Verdict.Repeated repeated ->
                    io.weir.runtime.json.Json.read(repeated.answer(), command.ask().reply());
            case Verdict.Refused refused -> throw refused.why();
            case Verdict.Broken broken -> throw broken.why();
        };
    }
}
