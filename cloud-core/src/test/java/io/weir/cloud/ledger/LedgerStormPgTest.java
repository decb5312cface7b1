package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.weir.api.Op;
import io.weir.api.ledger.LedgerApi;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Two ledgers on one real PostgreSQL, a dozen clients who hold, capture, release and refund the
 * money of few members, ask twice at once, and ask again whenever the answer was lost, while a
 * killer ends database sessions in the middle of their transactions. The test counts on its own
 * what was answered.
 */
class LedgerStormPgTest {
    private static final int CLIENTS = 12;
    private static final int ROUNDS = 25;
    private static final int MEMBERS = 5;
    private static final long SEED = Long.getLong("weir.ledger.storm.seed", 20260101L);

    private final LedgerHouse house = new LedgerHouse();
    private final Map<String, AtomicLong> wallets = new ConcurrentHashMap<>();
    private final AtomicLong earned = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger killed = new AtomicInteger();
    private volatile boolean over;

    @Test
    void nothingIsLostAndNothingIsDoneTwice() throws Exception {
        house.plant("SELECT weir.be_born(true)");
        house.serve(2, new LedgerConfig(8, 5_000, 2, Duration.ofDays(7)));
        for (int m = 0; m < MEMBERS; m++) {
            house.topUp(uid(m), 3_000);
            wallets.put(uid(m), new AtomicLong(3_000));
            accepted.incrementAndGet();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var killer = threads.submit(this::kill);
            List<java.util.concurrent.Future<?>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                int client = c;
                clients.add(threads.submit(() -> client(client)));
            }
            try {
                for (var client : clients) {
                    client.get(60, TimeUnit.SECONDS);
                }
            } finally {
                over = true;
            }
            killer.get(10, TimeUnit.SECONDS);
        }

        String seed = "seed " + SEED;
        for (int m = 0; m < MEMBERS; m++) {
            var wallet = house.wallet(uid(m));
            assertThat(wallet.held().fen()).as(seed).isZero();
            assertThat(wallet.available().fen()).as(seed).isEqualTo(wallets.get(uid(m)).get());
        }
        assertThat(house.number("SELECT sum(amount)::bigint FROM ledger.entry")).isZero();
        assertThat(house.number("SELECT count(*) FROM ledger.hold WHERE state = 'HELD'")).isZero();
        assertThat(house.number("SELECT count(*) FROM ledger.transaction"))
                .as(seed)
                .isEqualTo(accepted.get());
        assertThat(
                        house.number(
                                "SELECT sum(e.amount)::bigint FROM ledger.entry e JOIN"
                                        + " ledger.account a ON a.id = e.account WHERE a.kind IN"
                                        + " ('PAYABLE', 'COMMISSION_PENDING', 'PLATFORM_FEE')"))
                .as(seed)
                .isEqualTo(earned.get());
        assertThat(house.proof().run()).as(seed).isEmpty();
        assertThat(killed.get()).as("sessions killed inside a transaction").isPositive();
        assertThat(lost.get()).as("answers lost and asked again").isPositive();
        assertThat(refused.get()).as("refusals").isPositive();
        house.close();
    }

    private void client(int number) {
        Random random = new Random(SEED + number);
        for (int round = 0; round < ROUNDS; round++) {
            String key = "c" + number + "r" + round;
            String uid = uid(random.nextInt(MEMBERS));
            long fen = 1 + random.nextInt(900);
            var hold =
                    new LedgerApi.Hold(
                            key + "h",
                            Asks.VENDOR,
                            uid,
                            io.weir.model.Money.ofFen(fen),
                            "dispense:" + key);
            LedgerApi.Held held = ask(LedgerApi.HOLD, hold, random);
            if (held == null) {
                continue;
            }
            if (random.nextInt(4) == 0) {
                ask(LedgerApi.RELEASE, new LedgerApi.Release(key + "x", held.hold()), random);
                continue;
            }
            long charged = random.nextInt((int) fen + 1);
            var capture = new LedgerApi.Capture(key + "c", held.hold(), Asks.legs(charged));
            ask(LedgerApi.CAPTURE, capture, random);
            wallets.get(uid).addAndGet(-charged);
            earned.addAndGet(charged);
            for (int r = 0; r < 2; r++) {
                long back = 1 + random.nextInt(500);
                var refund =
                        new LedgerApi.Refund(
                                key + "r" + r,
                                held.hold(),
                                io.weir.model.Money.ofFen(back),
                                "storm");
                if (ask(LedgerApi.REFUND, refund, random) != null) {
                    wallets.get(uid).addAndGet(back);
                    earned.addAndGet(-back);
                }
            }
        }
    }

    /** The answer, however often it takes, sometimes asked twice at once; null when refused. */
    private <Q, R> R ask(Op<Q, R> op, Q request, Random random) {
        Call call = Call.system("storm");
        Future<R> twin = random.nextInt(3) == 0 ? house.bus.call(op, request, call) : null;
        R answer = null;
        for (int attempt = 0; ; attempt++) {
            try {
                answer = house.bus.call(op, request, call).await();
                accepted.incrementAndGet();
                break;
            } catch (Rejected no) {
                if (no.status() < 500) {
                    refused.incrementAndGet();
                    break;
                }
                lost.incrementAndGet();
                assertThat(attempt).as(no.getMessage()).isLessThan(50);
            }
        }
        return twin == null ? answer : both(twin, answer);
    }

    /**
     * Two answers under one key are one answer; a no is not remembered, so its twin may be a yes.
     */
    private <R> R both(Future<R> twin, R answer) {
        R other = twin.otherwise((R) null).await();
        if (other == null || other.equals(answer)) {
            return answer;
        }
        assertThat(answer).as("two answers under one key").isNull();
        accepted.incrementAndGet();
        return other;
    }

    private void kill() {
        while (!over) {
            killed.addAndGet(
                    (int)
                            house.number(
                                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM"
                                        + " pg_stat_activity WHERE datname = current_database() AND"
                                        + " application_name = 'weir_system' AND xact_start IS NOT"
                                        + " NULL AND state <> 'idle' ORDER BY random() LIMIT 1)"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(120));
        }
    }

    private static String uid(int member) {
        return "DEMO00000000000000C" + member;
    }
}
