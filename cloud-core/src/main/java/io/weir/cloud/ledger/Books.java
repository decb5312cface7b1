package io.weir.cloud.ledger;

import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of the ledger that a batch has loaded and locked, and what the batch has changed of it
 * so far. Each decision sees the effect of those before it; nothing is written until the whole
 * batch is decided. Lives in one database transaction and on one thread.
 */
final class Books {
    /** A request that was accepted earlier. */
    record Done(byte[] hash, String answer) {}

    /** A request accepted by this batch, to be written. */
    record Accepted(Command command, Decision decision, String answer) {}

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<Long, Holding> holds = new HashMap<>();
    private final Map<Long, List<Share>> shares = new HashMap<>();
    private final Map<String, Done> done = new HashMap<>();

    private final List<Accepted> accepted = new ArrayList<>();
    private final Map<String, Account> changedAccounts = new LinkedHashMap<>();
    private final Map<Long, Holding> newHolds = new LinkedHashMap<>();
    private final Map<Long, Holding> changedHolds = new LinkedHashMap<>();
    private final Map<List<Long>, Share> newShares = new LinkedHashMap<>();
    private final Map<List<Long>, Share> changedShares = new LinkedHashMap<>();

    void load(Account account) {
        accounts.put(account.code(), account);
    }

    void load(Holding hold) {
        holds.put(hold.id(), hold);
    }

    void load(Share share) {
        shares.computeIfAbsent(share.hold(), h -> new ArrayList<>()).add(share);
    }

    void load(String key, Done earlier) {
        done.put(key, earlier);
    }

    boolean knows(AccountRef ref) {
        return accounts.containsKey(ref.code());
    }

    Account account(AccountRef ref) {
        Account account = accounts.get(ref.code());
        if (account == null) {
            throw new IllegalStateException(ref.code() + " was not loaded");
        }
        return account;
    }

    @Nullable Holding hold(long id) {
        return holds.get(id);
    }

    List<Share> shares(long hold) {
        return shares.getOrDefault(hold, List.of());
    }

    /**
     * The answer of an earlier request under this key; null when there was none. Another input
     * under the same key is refused.
     */
    @Nullable String earlier(Command command) {
        Done before = done.get(command.key());
        if (before == null) {
            return null;
        }
        if (!Arrays.equals(before.hash(), command.hash())) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REUSED,
                    "key " + command.key() + " was used before with another request");
        }
        return before.answer();
    }

    /** Takes a decision in. The caller has checked that every account can bear it. */
    void post(Command command, Decision decision) {
        for (Posting p : decision.postings()) {
            Account account = account(p.account());
            if (account.kind().constrained()) {
                Account next = account.with(Math.addExact(account.balance(), p.fen()));
                accounts.put(next.code(), next);
                changedAccounts.put(next.code(), next);
            }
        }
        Holding holding = decision.holding();
        if (holding != null) {
            boolean known = holds.put(holding.id(), holding) != null;
            (known && !newHolds.containsKey(holding.id()) ? changedHolds : newHolds)
                    .put(holding.id(), holding);
        }
        decision.shares().forEach(this::put);
        String answer = Json.text(decision.answer());
        done.put(command.key(), new Done(command.hash(), answer));
        accepted.add(new Accepted(command, decision, answer));
    }

    private void put(Share share) {
        List<Share> all = shares.computeIfAbsent(share.hold(), h -> new ArrayList<>());
        List<Long> id = List.of(share.hold(), (long) share.n());
        boolean known = all.removeIf(s -> s.n() == share.n());
        all.add(share);
        (known && !newShares.containsKey(id) ? changedShares : newShares).put(id, share);
    }

    List<Accepted> accepted() {
        return accepted;
    }

    List<Account> changedAccounts() {
        return List.copyOf(changedAccounts.values());
    }

    List<Holding> newHolds() {
        return List.copyOf(newHolds.values());
    }

    List<Holding> changedHolds() {
        return List.copyOf(changedHolds.values());
    }

    List<Share> newShares() {
        return List.copyOf(newShares.values());
    }

    List<Share> changedShares() {
        return List.copyOf(changedShares.values());
    }
}
