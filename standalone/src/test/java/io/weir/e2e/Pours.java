package io.weir.e2e;

import io.weir.runtime.json.Json;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * Dispenses while something breaks, and their judge from outside: the devices' own count of water
 * and the price on the tariff.
 */
final class Pours {
    private static final Duration SETTLE = Duration.ofSeconds(90);
    private static final Duration AIM = Duration.ofSeconds(12);
    private static final Duration LOGIN = Duration.ofSeconds(60);

    private final SplitPlatform platform;
    private final KillLedger tables;
    private final List<Tap> taps;
    private final Random random;
    private final List<Ordered> unsettled = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private MainJob job;
    private BigDecimal charged = BigDecimal.ZERO;
    private int captured;
    private int voided;

    Pours(SplitPlatform platform, KillLedger tables, List<Tap> taps, Random random) {
        this.platform = platform;
        this.tables = tables;
        this.taps = taps;
        this.random = random;
        this.job = new MainJob(platform);
    }

    /** What a member does whose login is over, as it is after a day, or after a wrong clock. */
    void logInAgain() {
        job =
                Wait.forValue(
                        "the member logs in",
                        LOGIN,
                        () -> {
                            try {
                                return new MainJob(platform);
                            } catch (AssertionError | RuntimeException notYet) {
                                return null;
                            }
                        });
    }

    /** What the cloud took the time for when the member logged in. */
    Instant cloudTime() {
        String claims = job.member().token().split("\\.")[1];
        return Instant.ofEpochSecond(
                Json.tree(Base64.getUrlDecoder().decode(claims)).get("iat").asLong());
    }

    BigDecimal wallet(String field) {
        return job.wallet(field);
    }

    BigDecimal charged() {
        return charged;
    }

    List<String> wrong() {
        return wrong;
    }

    int unsettled() {
        return unsettled.size();
    }

    @Override
    public String toString() {
        return "%d captured, %d voided, %s yuan charged, %d wrong"
                .formatted(captured, voided, charged, wrong.size());
    }

    /** Dispensers that are connected and have nothing open. */
    List<Tap> free(int many) {
        return Wait.forValue(
                many + " free dispensers",
                SETTLE,
                () -> {
                    Map<String, String> open = states();
                    settleSome();
                    List<Tap> free =
                            taps.stream()
                                    .filter(t -> !open.containsKey(t.deviceId()))
                                    .filter(t -> t.device().online())
                                    .filter(t -> online(t.deviceId()))
                                    .toList();
                    return free.size() >= many ? free : null;
                });
    }

    Ordered order(int round, Tap tap, int ml) {
        String key = UUID.randomUUID().toString();
        MainJob member = job;
        CompletableFuture<Api.Answer> answer =
                CompletableFuture.supplyAsync(
                        () -> member.tryOrder(tap.deviceId(), ml, key),
                        Executors.newVirtualThreadPerTaskExecutor());
        Ordered order = new Ordered(round, tap, ml, key, answer);
        unsettled.add(order);
        return order;
    }

    /** What comes to nothing, the link being on its way still, is ordered anew. */
    void awaitRunning(int round, List<Tap> pouring) {
        pouring.forEach(tap -> order(round, tap, 600 + random.nextInt(300)));
        Wait.until(
                pouring.size() + " dispenses are open",
                SETTLE,
                () -> {
                    Map<String, String> open = states();
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

    /**
     * Returns, with the states of all, when the aimed one is in the wanted state.
     *
     * @param flood begins in time to be in full course then
     */
    Map<String, String> aim(int round, FaultPlan plan, Tap aimed, Runnable flood)
            throws SQLException {
        if (!plan.fleeting()) {
            flood.run();
            Wait.pause(plan.waitMs());
            return tables.open();
        }
        boolean flooding = !plan.state().equals("ENDED");
        if (flooding) {
            flood.run();
        }
        Ordered last = order(round, aimed, 150);
        long deadline = System.nanoTime() + AIM.toNanos();
        while (true) {
            Map<String, String> open = tables.open();
            if (plan.state().equals(open.get(aimed.deviceId())) || System.nanoTime() > deadline) {
                return open;
            }
            if (last.answer().isDone() && !open.containsKey(aimed.deviceId())) {
                last = order(round, aimed, 150);
            }
            if (!flooding && aimed.device().count("closed") > 0 && closed(aimed, last)) {
                flood.run();
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

    /** Some are paid beforehand and poured without the cloud. */
    PaidPour buy() {
        return PaidPour.buy(
                job, free(3).stream().filter(t -> t.mode() == 0).findFirst().orElseThrow());
    }

    void settle(PaidPour paid) {
        charged = charged.add(paid.settle(job));
        captured++;
    }

    /** Device -> state of its open dispense. */
    Map<String, String> states() {
        try {
            return tables.open();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean online(String device) {
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

    void settleAll() {
        Wait.until(
                "every dispense is settled",
                SETTLE,
                () -> {
                    settleSome();
                    return unsettled.isEmpty();
                });
    }

    /** Judges what is settled and takes it off the list. */
    void settleSome() {
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
            System.out.println("FAULTS WRONG " + story);
        }
        if (row.state().equals("CAPTURED")) {
            captured++;
            if (row.settledMl() + 150 < payable) {
                System.out.println("FAULTS lower " + story);
            }
        } else {
            voided++;
        }
        charged = charged.add(row.charged());
    }
}
