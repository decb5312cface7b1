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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The fault matrix (DESIGN section 8): every {@link Fault} in the middle of dispenses and posts, on
 * real processes with two gateways; kills are aimed at every state of a dispense. Judged from
 * outside: the devices' own count of water, the history of PUBACKs, and the price on the tariff.
 *
 * <p>{@code -Dweir.faults.rounds=N -Dweir.faults.seed=S} for more, and for the same again; {@code
 * -Dweir.faults.only=TORN_TAIL,KAFKA_FULL} for some.
 */
class FaultMatrixIT {
    private static final long SEED = Long.getLong("weir.faults.seed", System.nanoTime());
    private static final String ONLY = System.getProperty("weir.faults.only", "");
    private static final int POSTERS = 5;
    private static final int MORE_TAPS = 5;
    private static final long MESSAGES = 1_000_000;
    private static final Duration SETTLE = Duration.ofSeconds(90);
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Rooms that are sooner full, and devices that may come and go. */
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "WEIR_QUOTA_POLL", "PT2S",
                    "WEIR_JOURNAL_FREE_BYTES", "16777216",
                    "WEIR_JOURNAL_SEGMENT_BYTES", "4194304",
                    "WEIR_MQTT_CONNECT_BURST", "1000",
                    "WEIR_MQTT_CONNECT_PER_MINUTE", "6000",
                    "WEIR_GUARD_FLAPS_PER_MINUTE", "10000");

    private static final History HISTORY = new History();
    private static final Random RANDOM = new Random(SEED);
    private static final List<Tap> TAPS = new ArrayList<>();

    private static FaultPlatform platform;
    private static KillLedger tables;
    private static Posters posters;
    private static Pours pours;
    private static Faults faults;

    private final Map<Fault, Map<String, Integer>> hits = new EnumMap<>(Fault.class);
    private final Set<Fault> skipped = EnumSet.noneOf(Fault.class);
    private int least = Integer.MAX_VALUE;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(SplitPlatform.HURRIED);
        settings.putAll(SETTINGS);
        settings.putAll(SplitPlatform.NO_LIMITS);
        platform = FaultPlatform.start(settings);
        tables = new KillLedger(platform::jdbc);
        for (int mode = 0; mode < 3; mode++) {
            TAPS.add(new Tap(platform.deviceId(mode), mode, platform.connect(mode)));
        }
        List<JsonNode> made = new KillFleet(platform).make(MORE_TAPS + POSTERS);
        for (JsonNode triple : made.subList(0, MORE_TAPS)) {
            DemoDevice device = platform.connect(triple, 0).awaitOnline();
            TAPS.add(new Tap(triple.get("device_id").asText(), 0, device));
        }
        posters =
                new Posters(
                        platform,
                        HISTORY,
                        made.subList(MORE_TAPS, made.size()),
                        FaultMatrixIT::assign);
        pours = new Pours(platform, tables, TAPS, RANDOM);
        faults = new Faults(platform, tables, posters, pours, RANDOM);
    }

    @AfterAll
    static void stop() {
        posters.close();
        TAPS.forEach(tap -> tap.device().close());
        tables.close();
        platform.close();
    }

    @Test
    void whateverBreaksTheMoneyIsRightAndNothingConfirmedIsLostOrDoubled() throws SQLException {
        List<FaultPlan> plans = plans();
        System.out.printf("FAULTS seed %d, %d rounds%n", SEED, plans.size());
        BigDecimal before = pours.wallet("balance");
        int round = 0;
        for (FaultPlan plan : plans) {
            round(++round, plan);
        }
        pours.settleAll();
        if (ONLY.isEmpty()) {
            floodUpTo(MESSAGES);
        }
        History.Verdict verdict = HISTORY.settle(platform::posts, SETTLE);
        report(verdict);
        assertThat(tables.quarantined()).as("facts of good gateways put away").isEmpty();
        assertThat(verdict.clean()).as(verdict.line("faults")).isTrue();
        checkMoney(before);
        assertThat(pours.wrong()).isEmpty();
        checkHits(verdict);
    }

    private static List<FaultPlan> plans() {
        List<FaultPlan> plans = new ArrayList<>(FaultPlan.of(RANDOM));
        int rounds = Integer.getInteger("weir.faults.rounds", plans.size());
        while (plans.size() < rounds) {
            plans.addAll(FaultPlan.of(RANDOM));
        }
        List<String> only = List.of(ONLY.split(","));
        return plans.subList(0, rounds).stream()
                .filter(p -> ONLY.isEmpty() || only.contains(p.fault().name()))
                .toList();
    }

    private void round(int n, FaultPlan plan) throws SQLException {
        if (!faults.possible(plan.fault())) {
            skipped.add(plan.fault());
            return;
        }
        long from = System.nanoTime();
        List<Tap> free = pours.free(4);
        List<Tap> pouring = free.subList(0, 3);
        pours.awaitRunning(n, pouring);
        List<ProcessHandle> postgres = platform.postgresProcesses();
        HISTORY.during(plan.fault().told());
        Map<String, String> at = pours.aim(n, plan, free.get(3), posters::flood);
        int inFlight = posters.inFlight();
        long aimed = System.nanoTime();
        faults.inject(plan.fault(), postgres, pouring);
        posters.rest();
        at = plan.fault() == Fault.KILL_CLOUD ? tables.open() : at;
        count(plan, at, inFlight);
        long broken = System.nanoTime();
        faults.heal(plan.fault());
        posters.heal();
        HISTORY.calm();
        pours.settleSome();
        System.out.printf(
                "FAULTS round %d %s at %s: open %s, %d posts in flight, aim %d ms, fault %d ms,"
                        + " healed %d ms, %d not settled yet%n",
                n,
                plan.fault(),
                plan.state(),
                at.values(),
                inFlight,
                (aimed - from) / 1_000_000,
                (broken - aimed) / 1_000_000,
                (System.nanoTime() - broken) / 1_000_000,
                pours.unsettled());
    }

    private void count(FaultPlan plan, Map<String, String> at, int inFlight) {
        Map<String, Integer> row = hits.computeIfAbsent(plan.fault(), f -> new HashMap<>());
        row.merge("", 1, Integer::sum);
        at.values().stream().distinct().forEach(state -> row.merge(state, 1, Integer::sum));
        if (plan.fault().kill()) {
            least = Math.min(least, inFlight);
        }
    }

    /** A slow machine sends fewer messages in its rounds; the rest is sent in peace. */
    private static void floodUpTo(long messages) {
        posters.flood();
        Wait.until(
                messages + " messages", Duration.ofMinutes(5), () -> HISTORY.acked() >= messages);
        posters.heal();
    }

    private static void checkMoney(BigDecimal before) throws SQLException {
        assertThat(pours.wallet("held")).as("stray holds").isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(pours.wallet("balance"))
                .as("what the member has left")
                .isEqualByComparingTo(before.subtract(pours.charged()));
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

    private void checkHits(History.Verdict verdict) {
        if (!ONLY.isEmpty()) {
            return;
        }
        for (Fault fault : Fault.values()) {
            assertThat(hits.containsKey(fault) || skipped.contains(fault))
                    .as("was hit: " + fault.told())
                    .isTrue();
        }
        for (String state : FaultPlan.STATES) {
            assertThat(kills(state)).as("kills in state " + state).isPositive();
        }
        assertThat(least).as("posts in flight at a kill").isGreaterThanOrEqualTo(200);
        assertThat(verdict.total().acked()).isGreaterThanOrEqualTo(MESSAGES);
    }

    private long kills(String state) {
        return hits.entrySet().stream()
                .filter(e -> e.getKey().kill())
                .mapToInt(e -> e.getValue().getOrDefault(state, 0))
                .sum();
    }

    private void report(History.Verdict verdict) {
        StringBuilder table =
                new StringBuilder(
                        "FAULTS %-50s%5s%10s%6s%8s  at"
                                .formatted("fault", "hit", "acked", "lost", "doubled"));
        for (Fault fault : Fault.values()) {
            Map<String, Integer> row = hits.getOrDefault(fault, Map.of());
            History.Count count = verdict.faults().getOrDefault(fault.told(), History.Count.NONE);
            table.append(
                    "\nFAULTS %-50s%5s%10d%6d%8d"
                            .formatted(
                                    fault.told(),
                                    skipped.contains(fault) ? "-" : row.getOrDefault("", 0),
                                    count.acked(),
                                    count.lost(),
                                    count.doubled()));
            FaultPlan.STATES.forEach(
                    s -> table.append("  ").append(s).append(' ').append(row.getOrDefault(s, 0)));
        }
        System.out.println(table);
        System.out.println(verdict.line("faults"));
        System.out.printf(
                "FAULTS %s; at least %d posts in flight at each kill; seed %d%n",
                pours, least, SEED);
    }

    /** The cloud knows a gateway as soon as it was asked something by it. */
    private static void assign(String deviceId, String gateway) {
        Api admin = platform.admin();
        Wait.until(
                deviceId + " is assigned to " + gateway,
                SOON,
                () ->
                        admin.put("/devices/" + deviceId + "/gateway", Map.of("gateway", gateway))
                                        .status()
                                == 201);
    }
}
