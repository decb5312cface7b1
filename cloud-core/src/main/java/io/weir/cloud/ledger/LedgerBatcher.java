package io.weir.cloud.ledger;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Brings concurrent requests into shared database transactions: what arrives while one commits goes
 * into the next together, so a commit's fsync is paid by many. Belongs to one virtual-thread
 * context and is used only from there; several ledgers at once are kept apart by PostgreSQL's row
 * locks.
 *
 * <p>When a whole batch fails in PostgreSQL its requests run again one by one, so that a poisonous
 * one fails alone; asking twice is safe because every request has its key.
 */
final class LedgerBatcher {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerBatcher.class);
    private static final String UNIQUE_VIOLATION = "23505";

    /** SQLSTATE classes that speak of the server or the connection and not of a statement. */
    private static final List<String> SERVER_GONE = List.of("08", "53", "57");

    private record Job(Command command, Promise<Object> done) {}

    private final Context context;
    private final Tx tx;
    private final Time time;
    private final LedgerConfig config;
    private final LedgerBatch batch;
    private final Deque<Job> queue = new ArrayDeque<>();
    private int running;

    LedgerBatcher(Context context, Tx tx, Time time, LedgerConfig config) {
        this.context = context;
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.batch = new LedgerBatch(new LedgerFlow(config.commissionMaturesAfter()));
    }

    /** The answer's record as {@link Ask#reply} says; fails with Rejected, or a fault of ours. */
    Future<Object> submit(Command command) {
        if (queue.size() >= config.queueLimit()) {
            return Future.failedFuture(
                    new Rejected(LedgerError.LEDGER_BUSY, "the ledger is busy, try again"));
        }
        Job job = new Job(command, Promise.promise());
        queue.add(job);
        if (running < config.parallelBatches()) {
            running++;
            context.runOnContext(v -> drain());
        }
        return job.done().future();
    }

    /** A bill run's door: many requests at once, in full batches. One future per command. */
    List<Future<Object>> postAll(List<Command> commands) {
        List<Future<Object>> answers = new ArrayList<>(commands.size());
        for (int from = 0; from < commands.size(); from += config.maxBatch()) {
            List<Job> jobs =
                    commands
                            .subList(from, Math.min(from + config.maxBatch(), commands.size()))
                            .stream()
                            .map(command -> new Job(command, Promise.promise()))
                            .toList();
            run(jobs);
            jobs.forEach(job -> answers.add(job.done().future()));
        }
        return answers;
    }

    int waiting() {
        return queue.size();
    }

    private void drain() {
        try {
            while (!queue.isEmpty()) {
                List<Job> jobs = new ArrayList<>();
                while (jobs.size() < config.maxBatch() && !queue.isEmpty()) {
                    jobs.add(queue.remove());
                }
                run(jobs);
            }
        } finally {
            running--;
        }
    }

    private void run(List<Job> jobs) {
        List<Command> commands = jobs.stream().map(Job::command).toList();
        try {
            List<Verdict> verdicts = commit(commands);
            for (int i = 0; i < jobs.size(); i++) {
                answer(jobs.get(i), verdicts.get(i));
            }
        } catch (PgException e) {
            if (serverGone(e)) {
                fail(jobs, e);
            } else if (jobs.size() > 1) {
                LOG.warn("a batch of {} failed and runs one by one", jobs.size(), e);
                jobs.forEach(job -> run(List.of(job)));
            } else {
                jobs.getFirst().done().fail(e);
            }
        } catch (Exception e) { // a lost connection comes out of await() as a checked exception
            fail(jobs, e);
        }
    }

    /**
     * A unique violation means that the same key ran elsewhere just now: run again, now it is seen.
     */
    private List<Verdict> commit(List<Command> commands) {
        try {
            return tx.system(db -> batch.run(db, commands, time.now()));
        } catch (PgException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSqlState())) {
                throw e;
            }
            return tx.system(db -> batch.run(db, commands, time.now()));
        }
    }

    private static void answer(Job job, Verdict verdict) {
        try {
            job.done().complete(LedgerBatch.answer(job.command(), verdict));
        } catch (Exception e) {
            job.done().fail(e);
        }
    }

    /** Whether it was committed is unknown; asking again with the same key is safe. */
    private static void fail(List<Job> jobs, Exception e) {
        LOG.warn("a batch of {} has an unknown outcome", jobs.size(), e);
        var unknown =
                new Rejected(
                        CommonError.UNAVAILABLE,
                        "the ledger's outcome is unknown, ask again with the same key");
        jobs.forEach(job -> job.done().fail(unknown));
    }

    private static boolean serverGone(PgException e) {
        String state = e.getSqlState();
        return state == null || SERVER_GONE.stream().anyMatch(state::startsWith);
    }
}
