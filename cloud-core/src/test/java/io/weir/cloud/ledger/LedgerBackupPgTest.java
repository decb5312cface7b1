package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.backup.Backups;
import io.weir.runtime.sql.Tx;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Backups taken while money moves: each is one moment, in which every invariant holds. */
class LedgerBackupPgTest {
    private static final int CLIENTS = 6;
    private static final int BACKUPS = 3;
    private static final long SEED = Long.getLong("weir.ledger.backup.seed", 20260301L);

    @TempDir private Path folder;
    private volatile boolean over;
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void theProofHoldsInEveryBackupTakenWhileLedgersWrite() throws Exception {
        try (LedgerHouse house = new LedgerHouse();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            house.plant("SELECT weir.be_born(true)");
            house.serve(2, LedgerHouse.CONFIG);
            List<Future<?>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                int client = c;
                clients.add(threads.submit(() -> work(house, client)));
            }
            while (done.get() < 300) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            List<Path> files = new ArrayList<>();
            List<Integer> doneBefore = new ArrayList<>();
            int moved = 0;
            while (files.size() < BACKUPS) {
                int before = done.get();
                doneBefore.add(before);
                Path file = folder.resolve("during-" + files.size());
                Backups.backup(house.uri, file);
                files.add(file);
                moved += done.get() - before;
            }
            over = true;
            for (Future<?> client : clients) {
                client.get(30, TimeUnit.SECONDS);
            }
            assertThat(moved).as("transactions while backups were being taken").isGreaterThan(30);
            for (int i = 0; i < files.size(); i++) {
                judge(files.get(i), doneBefore.get(i), house);
            }
            System.out.printf(
                    "%d backups, %d transactions committed meanwhile, %d in all%n",
                    BACKUPS, moved, done.get());
        }
    }

    private void judge(Path file, int acknowledged, LedgerHouse house) {
        String uri = TestPostgres.empty();
        Backups.restore(uri, file);
        Vertx vertx = Vertx.vertx();
        try {
            Tx tx = new Tx(TestPostgres.connect(vertx, uri));
            assertThat(new LedgerProof(tx, house.time, 50, 100_000).run())
                    .as("seed " + SEED)
                    .isEmpty();
            assertThat(number(uri, "SELECT coalesce(sum(amount), 0) FROM ledger.entry")).isZero();
            assertThat(number(uri, "SELECT count(*) FROM ledger.transaction"))
                    .as("what was answered before the backup began is in it")
                    .isGreaterThanOrEqualTo(acknowledged);
        } finally {
            vertx.close().await();
        }
    }

    private static long number(String uri, String sql) {
        return Long.parseLong(Backups.asSystem(uri, sql).getFirst());
    }

    private void work(LedgerHouse house, int client) {
        Random random = new Random(SEED + client);
        String uid = "DEMO00000000000000C" + client;
        house.topUp(uid, 1_000_000);
        done.incrementAndGet();
        for (int i = 0; !over; i++) {
            String key = "c" + client + "i" + i;
            long fen = 1 + random.nextInt(500);
            String hold = house.hold(key, uid, fen);
            done.incrementAndGet();
            house.capture(key + "c", hold, 1 + random.nextInt((int) fen));
            done.incrementAndGet();
        }
    }
}
