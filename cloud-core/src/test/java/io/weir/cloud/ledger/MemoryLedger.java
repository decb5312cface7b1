package io.weir.cloud.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The journal's tables as maps, for tests without a database: loads what a batch needs, decides,
 * and keeps the result only when told to commit.
 */
final class MemoryLedger {
    final LedgerFlow flow = new LedgerFlow(Duration.ofDays(7));
    final Map<String, Account> accounts = new TreeMap<>();
    final Map<Long, Holding> holds = new TreeMap<>();
    final Map<Long, Map<Integer, Share>> shares = new TreeMap<>();
    final Map<String, Books.Done> done = new HashMap<>();
    final List<Decision> journal = new ArrayList<>();
    private long lastId;
    private long lastAccount;

    Verdict run(Command command, Instant now) {
        return run(List.of(command), now, true).getFirst();
    }

    /**
     * @param commit false: the transaction is killed after everything was decided
     */
    List<Verdict> run(List<Command> commands, Instant now, boolean commit) {
        Books books = new Books();
        holds.values().forEach(books::load);
        shares.values().forEach(all -> all.values().forEach(books::load));
        Map<String, AccountRef> refs = new LinkedHashMap<>();
        commands.forEach(
                c -> Needs.accounts(c.ask(), books).forEach(ref -> refs.put(ref.code(), ref)));
        refs.values().forEach(ref -> books.load(open(ref)));
        commands.stream()
                .map(Command::key)
                .filter(done::containsKey)
                .forEach(key -> books.load(key, done.get(key)));
        List<Verdict> verdicts = new ArrayList<>();
        for (Command command : commands) {
            Verdict verdict = flow.decide(books, command, ++lastId, now);
            if (verdict instanceof Verdict.Posted posted) {
                books.post(command, posted.decision());
            }
            verdicts.add(verdict);
        }
        if (commit) {
            commit(books);
        }
        return verdicts;
    }

    private Account open(AccountRef ref) {
        return accounts.computeIfAbsent(
                ref.code(),
                code ->
                        new Account(
                                ++lastAccount,
                                code,
                                ref.kind(),
                                ref.tenant(),
                                ref.member(),
                                0,
                                false));
    }

    private void commit(Books books) {
        books.changedAccounts().forEach(a -> accounts.put(a.code(), a));
        books.newHolds().forEach(h -> holds.put(h.id(), h));
        books.changedHolds().forEach(h -> holds.put(h.id(), h));
        books.newShares().forEach(this::put);
        books.changedShares().forEach(this::put);
        books.accepted()
                .forEach(
                        a -> {
                            done.put(
                                    a.command().key(),
                                    new Books.Done(a.command().hash(), a.answer()));
                            journal.add(a.decision());
                        });
    }

    private void put(Share share) {
        shares.computeIfAbsent(share.hold(), h -> new TreeMap<>()).put(share.n(), share);
    }

    long balance(String code) {
        Account account = accounts.get(code);
        return account == null ? 0 : account.balance();
    }

    /** Sum of the journal's postings on one account, whatever its balance says. */
    long posted(String code) {
        return journal.stream()
                .flatMap(d -> d.postings().stream())
                .filter(p -> p.account().code().equals(code))
                .mapToLong(Posting::fen)
                .sum();
    }
}
