package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.KillPlan.Victim;

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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * The kill test (DESIGN section 8): kill -9 of edge, cloud, PostgreSQL or Kafka in the middle of
 * dispenses and posts, aimed at the states of a dispense. Judged from outside: the devices' own
 * count of water, this test's list of PUBACKs, and the price on the tariff.
 *
 * <p>{@code -Dweir.kill.rounds=N -Dweir.kill.seed=S} for more, and for the same again.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("weir.kill.rounds", 20);
    private static final long SEED = Long.getLong("weir.kill.seed", System.nanoTime());
    private static final int POSTERS = 4;
    private static final int MORE_TAPS = 5;
    private static final int IN_FLIGHT = 80;
    private static final Duration AIM = Duration.ofSeconds(12);
    private static final Duration SETTLE = Duration.ofSeconds(90);

    /** Times that only make waiting shorter; none is needed for being right. */
    private static final Map<String, String> HURRIED =
            Map.ofEntries(
                    Map.entry("WEIR_DISPENSE_RESOLVE_AFTER", "PT1S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RETRY_MIN", "PT2S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RETRY_MAX", "PT4S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RESOLVE_AFTER", "PT1S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RESOLVE_MAX", "PT3S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_ABANDON_AFTER", "PT15S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_SWEEP", "PT1S"),
                    Map.entry("WEIR_METERING_NO_REPLY", "PT4S"));

    private static SplitPlatform platform;
    private static KillLedger tables;
    private static MainJob job;
    private static final List<Tap> TAPS = new ArrayList<>();
    private static final List<Poster> POSTS = new ArrayList<>();
    private static final History HISTORY = new History();

    private final List<Ordered> unsettled = new ArrayList<>();
    private final Map<Victim, Map<String, Integer>> hits = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private BigDecimal charged = BigDecimal.ZERO;
    private int captured;
    private int voided;
    private int least = Integer.MAX_VALUE;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(HURRIED);
        settings.putAll(SplitPlatform.NO_LIMITS);
        platform = SplitPlatform.start("kill", settings);
        tables = new KillLedger(platform);
        job = new MainJob(platform);
        for (int mode = 0; mode < 3; mode++) {
            TAPS.add(new Tap(platform.deviceId(mode), mode, platform.connect(mode)));
        }
        List<JsonNode> made = new KillFleet(platform).make(MORE_TAPS + POSTERS);
        for (JsonNode triple : made.subList(0, MORE_TAPS)) {
            TAPS.add(
                    new Tap(
                            triple.get("device_id").asText(),
                            0,
                            platform.connect(triple, 0).awaitOnline()));
        }
        made.subList(MORE_TAPS, made.size())
                .forEach(triple -> POSTS.add(Poster.connect(platform.mqtt(), triple, HISTORY)));
    }

    @AfterAll
    static void stop() {
        POSTS.forEach(Poster::close);
        TAPS.forEach(tap -> tap.device().close());
        tables.close();
        platform.close();
    }

    @Test
    void whateverIsKilledWhenTheMoneyIsRightAndNothingConfirmedIsLost() throws SQLException {
        System.out.printf("KILL seed %d, %d rounds%n", SEED, ROUNDS);
        Random random = new Random(SEED);
        BigDecimal before = job.wallet("balance");
        int round = 0;
        for (KillPlan plan : KillPlan.of(random, ROUNDS)) {
            round(++round, plan, random);
        }
        settleAll();
        checkPosts();
        checkMoney(before);
        report();
        assertThat(wrong).isEmpty();
        for (String state : KillPlan.STATES) {
            assertThat(hits(state)).as("kills in state " + state).isPositive();
        }
        assertThat(least).as("posts in flight at a kill").isGreaterThanOrEqualTo(200);
    }

    private void round(int n, KillPlan plan, Random random) throws SQLException {
        long from = System.nanoTime();
        List<Tap> free = freeTaps(4);
        List<Tap> pouring = free.subList(0, 3);
        Tap aimed = free.get(3);
        awaitOpen(n, pouring, random);
        List<ProcessHandle> postgres = platform.postgresProcesses();
        Map<String, String> at = aim(n, plan, aimed, pouring);
        int inFlight = POSTS.stream().mapToInt(Poster::inFlight).sum();
        kill(plan.victim(), postgres);
        long killed = System.nanoTime();
        POSTS.forEach(Poster::rest);
        least = Math.min(least, inFlight);
        at = plan.victim() == Victim.CLOUD ? tables.open() : at;
        at.values().stream()
                .distinct()
                .forEach(
                        state ->
                                hits.computeIfAbsent(plan.victim(), v -> new HashMap<>())
                                        .merge(state, 1, Integer::sum));
        restart(plan.victim());
        long up = System.nanoTime();
        heal();
        settleSome();
        System.out.printf(
                "KILL round %d %s at %s: open %s, %d posts in flight, aim %d ms, restart %d ms,"
                        + " round %d ms, %d not settled yet%n",
                n,
                plan.victim(),
                plan.state(),
                at.values(),
                inFlight,
                (killed - from) / 1_000_000,
                (up - killed) / 1_000_000,
                (System.nanoTime() - from) / 1_000_000,
                unsettled.size());
    }

    /** Dispensers that are connected and have nothing open. */
    private List<Tap> freeTaps(int many) {
        return Wait.forValue(
                many + " free dispensers",
                SETTLE,
                () -> {
                    Map<String, String> open = openNow();
                    settleSome();
                    List<Tap> free =
                            TAPS.stream()
                                    .filter(t -> !open.containsKey(t.deviceId()))
                                    .filter(t -> t.device().online())
                                    .filter(t -> online(t.deviceId()))
                                    .toList();
                    return free.size() >= many ? free : null;
                });
    }

    private Ordered order(int round, Tap tap, int ml) {
        String key = UUID.randomUUID().toString();
        CompletableFuture<Api.Answer> answer =
                CompletableFuture.supplyAsync(
                        () -> job.tryOrder(tap.deviceId(), ml, key),
                        Executors.newVirtualThreadPerTaskExecutor());
        Ordered order = new Ordered(round, tap, ml, key, answer);
        unsettled.add(order);
        return order;
    }

    /** What comes to nothing, the link being on its way still, is ordered anew. */
    private void awaitOpen(int round, List<Tap> pouring, Random random) {
        for (Tap tap : pouring) {
            order(round, tap, 600 + random.nextInt(300));
        }
        Wait.until(
                "three dispenses are open",
                SETTLE,
                () -> {
                    Map<String, String> open = openNow();
                    for (Tap tap : pouring) {
                        if (!open.containsKey(tap.deviceId()) && answered(tap)) {
                            settleSome();
                            order(round, tap, 600 + random.nextInt(300));
                        }
                    }
                    return pouring.stream().allMatch(t -> "RUNNING".equals(open.get(t.deviceId())));
                });
    }

    private boolean answered(Tap tap) {
        return unsettled.stream().filter(o -> o.tap() == tap).allMatch(o -> o.answer().isDone());
    }

    /** Returns, with the states of all, when the aimed one is in the wanted state. */
    private Map<String, String> aim(int n, KillPlan plan, Tap aimed, List<Tap> pouring)
            throws SQLException {
        if (!plan.fleeting()) {
            flood();
            Wait.pause(plan.waitMs());
            return tables.open();
        }
        if (!plan.state().equals("ENDED")) {
            flood();
        }
        Ordered last = order(n, aimed, 150);
        long deadline = System.nanoTime() + AIM.toNanos();
        boolean flooding = !plan.state().equals("ENDED");
        while (true) {
            Map<String, String> open = tables.open();
            if (plan.state().equals(open.get(aimed.deviceId())) || System.nanoTime() > deadline) {
                return open;
            }
            if (last.answer().isDone() && !open.containsKey(aimed.deviceId())) {
                last = order(n, aimed, 150);
            }
            if (!flooding && aimed.device().count("closed") > 0 && closed(aimed, last)) {
                flood();
                flooding = true;
            }
        }
    }

    private static boolean closed(Tap tap, Ordered order) {
        String id = id(order);
        return id != null
                && tap.device().events().stream()
                        .anyMatch(
                                e ->
                                        DemoDevice.is(e, "closed")
                                                && e.path("dispense_id").asText().equals(id));
    }

    private static String id(Ordered order) {
        if (!order.answer().isDone() || order.answer().isCompletedExceptionally()) {
            return null;
        }
        return order.answer().join().body().at("/data/dispense_id").asText();
    }

    private static void flood() {
        POSTS.forEach(p -> p.flood(IN_FLIGHT));
    }

    private static void kill(Victim victim, List<ProcessHandle> postgres) {
        switch (victim) {
            case EDGE -> platform.killEdge();
            case CLOUD -> platform.killCloud();
            case KAFKA -> platform.killKafka();
            case POSTGRES -> {
                platform.killPostgres(postgres);
                tables.forget();
            }
        }
    }

    private static void restart(Victim victim) {
        switch (victim) {
            case EDGE -> {
                platform.startEdge();
                platform.awaitEdge();
            }
            case CLOUD -> {
                platform.startCloud();
                platform.awaitCloud();
            }
            case KAFKA -> {
                platform.startKafka();
                platform.awaitKafka();
            }
            case POSTGRES -> platform.startPostgres();
        }
    }

    private static void heal() {
        for (Poster poster : POSTS) {
            if (!poster.connected()) {
                poster.reconnect(Duration.ofSeconds(30));
            }
        }
    }

    private static Map<String, String> openNow() {
        try {
            return tables.open();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean online(String device) {
        try {
            return tables.number(
                            "SELECT count(*) FROM devices.presence WHERE online AND device_id = '"
                                    + device
                                    + "'")
                    == 1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settleAll() {
        Wait.until(
                "every dispense is settled",
                SETTLE,
                () -> {
                    settleSome();
                    return unsettled.isEmpty();
                });
    }

    /** Judges what is settled and takes it off the list. */
    private void settleSome() {
        unsettled.removeIf(this::judged);
    }

    private boolean judged(Ordered order) {
        try {
            KillLedger.Row row = tables.find(order.key());
            if (row == null) {
                return order.answer().isDone();
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
        long payable = Math.min(poured, order.ml());
        String story =
                "round %d, %s of %s: ordered %d, poured %d, settled %d, charged %s, opened %d"
                        .formatted(
                                order.round(),
                                row.state(),
                                row.id(),
                                order.ml(),
                                poured,
                                row.settledMl(),
                                row.charged(),
                                openings);
        if (openings > 1
                || row.charged().compareTo(MainJob.price(payable)) > 0
                || row.charged().compareTo(MainJob.price(row.settledMl())) != 0
                || (row.state().equals("VOIDED") && (row.charged().signum() != 0 || poured > 0))) {
            wrong.add(story);
            System.out.println("KILL WRONG " + story);
        }
        if (row.state().equals("CAPTURED")) {
            captured++;
            if (row.settledMl() + 150 < payable) {
                System.out.println("KILL lower " + story);
            }
        } else {
            voided++;
        }
        charged = charged.add(row.charged());
    }

    private static void checkPosts() {
        History.Verdict verdict = HISTORY.settle(platform::posts, SETTLE);
        System.out.println(verdict.line("kill"));
        assertThat(verdict.clean()).isTrue();
    }

    private void checkMoney(BigDecimal before) throws SQLException {
        assertThat(job.wallet("held")).as("stray holds").isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(job.wallet("balance"))
                .as("what the member has left")
                .isEqualByComparingTo(before.subtract(charged));
        assertThat(tables.number("SELECT coalesce(sum(amount), 0) FROM ledger.entry")).isZero();
        assertThat(
                        tables.number(
                                "SELECT count(*) FROM (SELECT 1 FROM ledger.entry GROUP BY"
                                        + " transaction HAVING sum(amount) <> 0) t"))
                .as("transactions that do not sum to zero")
                .isZero();
        assertThat(tables.number("SELECT count(*) FROM ledger.hold WHERE state = 'HELD'")).isZero();
        assertThat(tables.number("SELECT count(*) FROM ledger.violation")).isZero();
    }

    private int hits(String state) {
        return hits.values().stream().mapToInt(m -> m.getOrDefault(state, 0)).sum();
    }

    private void report() {
        StringBuilder table = new StringBuilder("KILL kills by victim and state of a dispense\n");
        table.append("%-10s".formatted(""));
        KillPlan.STATES.forEach(s -> table.append("%11s".formatted(s)));
        for (Victim victim : Victim.values()) {
            table.append("\n%-10s".formatted(victim));
            Map<String, Integer> row = hits.getOrDefault(victim, Map.of());
            KillPlan.STATES.forEach(s -> table.append("%11d".formatted(row.getOrDefault(s, 0))));
        }
        table.append(
                "\n%d captured, %d voided, %s yuan charged; at least %d posts in flight at each kill; seed %d"
                        .formatted(captured, voided, charged, least, SEED));
        System.out.println(table);
    }
}
