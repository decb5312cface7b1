package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Two gateways and two cloud nodes, any of which is cut off from any other, from PostgreSQL or from
 * Kafka (DESIGN section 8). After each cut everything goes on by itself. Judged from outside: the
 * devices' own count of water, the posters' own list of what was confirmed.
 *
 * <p>{@code -Dweir.partition.rounds=N -Dweir.partition.seed=S} for more, and for the same again.
 */
class PartitionIT {
    private static final int ROUNDS = Integer.getInteger("weir.partition.rounds", 9);
    private static final long SEED = Long.getLong("weir.partition.seed", System.nanoTime());
    private static final int TAPS = 4;
    private static final int POSTERS = 4;
    private static final int POSTS_A_SECOND = 20;

    /** Each gateway posts and each way of ordering works again within this time. */
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private static final Duration SETTLE = Duration.ofSeconds(90);

    private static final History HISTORY = new History();
    private static final List<Poster> POSTS = new ArrayList<>();
    private static final List<Tap> DISPENSERS = new ArrayList<>();
    private static PartitionPlatform platform;
    private static Drinkers drinkers;
    private static KillLedger tables;
    private static Postman postman;

    private final Map<String, List<Long>> recovered = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private BigDecimal charged = BigDecimal.ZERO;
    private int captured;
    private int voided;
    private int unborn;

    @BeforeAll
    static void start() {
        platform = PartitionPlatform.start(SplitPlatform.HURRIED);
        tables = new KillLedger(platform::jdbc);
        drinkers = new Drinkers(platform);
        List<JsonNode> made = new KillFleet(platform).make(TAPS + POSTERS);
        for (int i = 0; i < made.size(); i++) {
            assign(made.get(i).get("device_id").asText(), edge(i));
        }
        for (int i = 0; i < TAPS; i++) {
            DISPENSERS.add(
                    new Tap(
                            made.get(i).get("device_id").asText(),
                            0,
                            platform.connect(platform.mqtt(edge(i)), made.get(i), 0)
                                    .awaitOnline()));
        }
        for (int i = TAPS; i < made.size(); i++) {
            POSTS.add(Poster.connect(platform.mqtt(edge(i)), made.get(i), HISTORY));
        }
        postman = new Postman(POSTS, POSTS_A_SECOND);
    }

    private static String edge(int number) {
        return PartitionPlatform.EDGES.get(number % 2);
    }

    private static void assign(String deviceId, String edge) {
        Api admin = platform.admin();
        Wait.until(
                deviceId + " is assigned to " + edge,
                SETTLE,
                () ->
                        admin.put("/devices/" + deviceId + "/gateway", Map.of("gateway", edge))
                                        .status()
                                == 201);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable part : new AutoCloseable[] {drinkers, postman, tables}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                System.out.println("PARTITION not closed: " + e);
            }
        }
        POSTS.forEach(Poster::close);
        DISPENSERS.forEach(tap -> tap.device().close());
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void whateverIsCutOffFromWhateverAllGoesOnAfterwardsAndNothingIsLostOrPaidTwice()
            throws SQLException {
        System.out.printf(
                "PARTITION seed %d, %d rounds, %s%n", SEED, ROUNDS, platform.network().kind());
        BigDecimal before = wallet("balance");
        for (int i = 0; i < TAPS; i++) {
            drinkers.begin(DISPENSERS.get(i), edge(i), i / 2);
        }
        awaitAllGoesOn("before any cut");
        int round = 0;
        for (PartitionPlan plan : PartitionPlan.of(new Random(SEED), ROUNDS)) {
            round(++round, plan);
        }
        postman.close();
        drinkers.close();
        settleAll();
        History.Verdict verdict = HISTORY.settle(platform::posts, SETTLE);
        System.out.println(verdict.lines("partition"));
        System.out.println(verdict.line("partition"));
        report();
        checkMoney(before);
        assertThat(wrong).isEmpty();
        assertThat(verdict.clean()).isTrue();
    }

    private void round(int number, PartitionPlan plan) {
        drinkers.round(number);
        HISTORY.during(plan.fault());
        long acked = HISTORY.acked();
        int asked = drinkers.orders().size();
        plan.begin(platform.network());
        long from = System.nanoTime();
        if (plan.killed() != null) {
            platform.kill(plan.killed());
        }
        if (plan.spared() != null) {
            awaitGoesOn(plan.spared(), from);
        }
        Wait.pause(Math.max(0, plan.seconds() * 1000L - millisSince(from)));
        System.out.printf(
                "PARTITION round %d: %s for %d s: %d posts confirmed and %d dispenses asked for"
                        + " meanwhile%n",
                number,
                plan,
                millisSince(from) / 1000,
                HISTORY.acked() - acked,
                drinkers.orders().size() - asked);
        platform.network().heal();
        if (plan.killed() != null) {
            platform.startCloud(plan.killed());
            platform.await(plan.killed());
        }
        long ms = awaitAllGoesOn("round " + number + ", " + plan);
        HISTORY.calm();
        recovered.computeIfAbsent(plan.fault(), f -> new ArrayList<>()).add(ms);
        System.out.printf("PARTITION round %d: all goes on after %d ms%n", number, ms);
    }

    /** Through the node that has lost nothing dispenses are ordered and captured all the time. */
    private void awaitGoesOn(String cloud, long since) {
        Wait.until(
                cloud + " goes on alone",
                RECOVERY,
                () ->
                        PartitionPlatform.EDGES.stream()
                                .allMatch(e -> drinkers.drunkSince(cloud, e, since)));
        System.out.printf("PARTITION %s goes on alone after %d ms%n", cloud, millisSince(since));
    }

    /** In ms, how long it took. */
    private long awaitAllGoesOn(String what) {
        long from = System.nanoTime();
        List<Long> acked = POSTS.stream().map(Poster::acked).toList();
        Wait.until(
                "all goes on, " + what,
                RECOVERY,
                () -> {
                    platform.assertAlive();
                    return posting(acked) && pouring(from);
                });
        long ms = millisSince(from);
        Wait.until("what was confirmed is stored, " + what, RECOVERY, PartitionIT::storedAll);
        return ms;
    }

    private static boolean posting(List<Long> acked) {
        for (int i = 0; i < POSTS.size(); i++) {
            if (POSTS.get(i).acked() < acked.get(i) + POSTS_A_SECOND) {
                return false;
            }
        }
        return true;
    }

    private static boolean pouring(long since) {
        return PartitionPlatform.CLOUDS.stream()
                .allMatch(
                        c ->
                                PartitionPlatform.EDGES.stream()
                                        .allMatch(e -> drinkers.drunkSince(c, e, since)));
    }

    private static boolean storedAll() {
        return HISTORY.judge(platform::posts).total().lost() == 0;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private void settleAll() {
        Wait.until(
                "every dispense is settled",
                SETTLE,
                () -> {
                    drinkers.orders().removeIf(this::judged);
                    return drinkers.orders().isEmpty();
                });
    }

    private boolean judged(Ordered order) {
        try {
            KillLedger.Row row = tables.find(order.key());
            if (row == null) {
                unborn++;
                return true;
            }
            if (!row.settled()) {
                return false;
            }
            judge(order, row);
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void judge(Ordered order, KillLedger.Row row) {
        long poured = order.tap().device().pouredOf(row.id());
        long openings = order.tap().device().openings(row.id());
        boolean empty = row.state().equals("VOIDED");
        if (openings > 1
                || row.charged().compareTo(MainJob.price(Math.min(poured, order.ml()))) > 0
                || row.charged().compareTo(MainJob.price(row.settledMl())) != 0
                || (empty && (row.charged().signum() != 0 || poured > 0))) {
            wrong.add(
                    "round %d, ordered %d: %s, poured %d, opened %d"
                            .formatted(order.round(), order.ml(), row, poured, openings));
        }
        captured += empty ? 0 : 1;
        voided += empty ? 1 : 0;
        charged = charged.add(row.charged());
    }

    private void checkMoney(BigDecimal before) throws SQLException {
        assertThat(wallet("held")).as("stray holds").isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(wallet("balance"))
                .as("what the member has left")
                .isEqualByComparingTo(before.subtract(charged));
        assertThat(tables.number("SELECT coalesce(sum(amount), 0) FROM ledger.entry")).isZero();
        assertThat(tables.number("SELECT count(*) FROM ledger.hold WHERE state = 'HELD'")).isZero();
        assertThat(tables.number("SELECT count(*) FROM ledger.violation")).isZero();
    }

    private static BigDecimal wallet(String field) {
        Api member = platform.member("cloud-2");
        return member.get("/users/" + member.uid() + "/wallet").data().get(field).decimalValue();
    }

    private void report() {
        recovered.forEach(
                (fault, times) ->
                        System.out.printf(
                                "PARTITION %s: %d times, all goes on after %s ms%n",
                                fault, times.size(), times));
        System.out.printf(
                "PARTITION %d captured, %d voided, %d never came to be, %s yuan charged, wrong: %s;"
                        + " seed %d%n",
                captured, voided, unborn, charged, wrong, SEED);
    }
}
