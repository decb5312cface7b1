package io.weir.cloud.ledger;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.Money;
import io.weir.runtime.bus.Call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * Transactions per second of the ledger beside pgbench's TPC-B on the same synced PostgreSQL, one
 * after the other, with what each costs in processor time. Everything, clients too, shares this
 * machine's cores. Argument: seconds per measurement.
 *
 * <ul>
 *   <li>single: 256 clients in a closed loop over the bus, each hold and each capture (seven legs:
 *       vendor, agent, dealer, three referrers, platform) is one transaction;
 *   <li>batched: a bill run by postAll, each line one transaction with two legs (vendor, platform).
 * </ul>
 */
public final class LedgerBench {
    private static final int CLIENTS = 256;
    private static final int MEMBERS = 20_000;
    private static final Path PGBENCH = Path.of("/usr/bin/pgbench");

    private LedgerBench() {}

    /** Transactions per second, and processor microseconds of JVM and PostgreSQL for each. */
    private record Result(String name, double rate, double jvmUs, double postgresUs) {
        static Result of(LedgerHouse house, String name, DoubleSupplier work) {
            long session = house.number("SELECT pg_backend_pid()");
            Cpu before = Cpu.used(session);
            long from = System.nanoTime();
            double rate = work.getAsDouble();
            Cpu used = Cpu.used(session).since(before);
            double count = rate * since(from);
            return new Result(
                    name, rate, used.jvmMs() * 1e3 / count, used.postgresMs() * 1e3 / count);
        }

        void print(Result yardstick, String note) {
            say(
                    "%-14s %8.0f tx/s  %6.2fx TPC-B  cpu us/tx: jvm %5.0f  postgres %5.0f  %s",
                    name, rate, rate / yardstick.rate, jvmUs, postgresUs, note);
        }
    }

    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        var config = new LedgerConfig(500, 10_000, 2, Duration.ofDays(7));
        try (var house = new LedgerHouse().serve(1, config)) {
            say("cores %d, fsync %s", Runtime.getRuntime().availableProcessors(), fsync(house));
            prepare(house);
            Result tpcB = Result.of(house, "pgbench TPC-B", () -> pgbench(house, seconds));
            var runner = new Runner(house, config);
            house.vertx
                    .deployVerticle(
                            runner,
                            new DeploymentOptions()
                                    .setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                    .await();
            runner.on(runner::payIn);
            single(house, 5);
            Result single = Result.of(house, "single", () -> single(house, seconds));
            runner.on(() -> runner.billRun("warm", 20_000));
            Result batched = Result.of(house, "batched", () -> runner.billRun(seconds));
            tpcB.print(tpcB, "32 sessions; jvm idle");
            single.print(tpcB, "goal 2000");
            batched.print(tpcB, "goal 10000");
            long from = System.nanoTime();
            say("proof of all of it: %s in %.1f s", house.proof().run(), since(from));
        }
    }

    private static double single(LedgerHouse house, int seconds) {
        AtomicLong done = new AtomicLong();
        AtomicLong number = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        String run = "s" + System.nanoTime() + "-";
        long from = System.nanoTime();
        List<Future<?>> clients = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
            Promise<Void> finished = Promise.promise();
            dispense(house, run, number, done, end, finished);
            clients.add(finished.future());
        }
        Future.all(clients).await();
        return done.get() / since(from);
    }

    private static void dispense(
            LedgerHouse house,
            String run,
            AtomicLong number,
            AtomicLong done,
            long end,
            Promise<Void> finished) {
        if (System.nanoTime() > end) {
            finished.complete();
            return;
        }
        long n = number.incrementAndGet();
        String key = run + n;
        Call call = Call.system(key);
        house.bus
                .call(
                        LedgerApi.HOLD,
                        new LedgerApi.Hold(
                                key + "h", Asks.VENDOR, uid(n), Money.ofFen(100), "d:" + key),
                        call)
                .compose(
                        held -> {
                            done.incrementAndGet();
                            return house.bus.call(
                                    LedgerApi.CAPTURE,
                                    new LedgerApi.Capture(key + "c", held.hold(), Asks.legs(50)),
                                    call);
                        })
                .onSuccess(
                        captured -> {
                            done.incrementAndGet();
                            dispense(house, run, number, done, end, finished);
                        })
                .onFailure(finished::fail);
    }

    /** Owns a batcher, as a billing context would. */
    private static final class Runner extends VerticleBase {
        private final LedgerHouse house;
        private final LedgerConfig config;
        private long bills;

        Runner(LedgerHouse house, LedgerConfig config) {
            this.house = house;
            this.config = config;
        }

        void on(Runnable work) {
            Promise<Void> done = Promise.promise();
            context.runOnContext(
                    v -> {
                        work.run();
                        done.complete();
                    });
            done.future().await();
        }

        void payIn() {
            List<Command> all = new ArrayList<>();
            for (int m = 0; m < MEMBERS; m++) {
                all.add(Asks.topUp("bench" + m, uid(m), 100_000_000));
            }
            post(all);
        }

        double billRun(int seconds) {
            long from = System.nanoTime();
            AtomicLong lines = new AtomicLong();
            List<Future<?>> halves = new ArrayList<>();
            for (int half = 0; half < 2; half++) {
                Promise<Void> done = Promise.promise();
                String name = "run" + half + "-";
                context.runOnContext(
                        v -> {
                            while (since(from) < seconds) {
                                lines.addAndGet(billRun(name + bills++, 5_000));
                            }
                            done.complete();
                        });
                halves.add(done.future());
            }
            Future.all(halves).await();
            return lines.get() / since(from);
        }

        int billRun(String run, int lines) {
            List<Command> all = new ArrayList<>(lines);
            for (int i = 0; i < lines; i++) {
                all.add(
                        Asks.command(
                                new Ask.Charge(
                                        run + ":" + i,
                                        Asks.VENDOR,
                                        uid(i),
                                        "lease:" + i,
                                        List.of(
                                                leg(LegKind.PAYABLE, "00000000000000F1", 95),
                                                leg(LegKind.PLATFORM_FEE, "", 5)))));
            }
            post(all);
            return lines;
        }

        private void post(List<Command> all) {
            var batcher = new LedgerBatcher(context, house.tx, house.time, config);
            Future.all(batcher.postAll(all)).await();
        }

        private static Leg leg(LegKind kind, String to, long fen) {
            return new Leg(kind, to, 0, Money.ofFen(fen));
        }
    }

    private static void prepare(LedgerHouse house) {
        if (Files.isExecutable(PGBENCH)) {
            run(PGBENCH.toString(), "-i", "-q", "-s", "20", house.uri);
        } else {
            say("no %s: no yardstick", PGBENCH);
        }
    }

    private static double pgbench(LedgerHouse house, int seconds) {
        if (!Files.isExecutable(PGBENCH)) {
            return Double.NaN;
        }
        String time = String.valueOf(seconds);
        String report =
                run(
                        PGBENCH.toString(),
                        "-n",
                        "-c",
                        "32",
                        "-j",
                        "2",
                        "-M",
                        "prepared",
                        "-T",
                        time,
                        house.uri);
        return report.lines()
                .filter(line -> line.startsWith("tps"))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[2]))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                say("%s", text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String fsync(LedgerHouse house) {
        return house.db.app().query("SHOW fsync").execute().await().iterator().next().getString(0);
    }

    private static String uid(long n) {
        return "DEMO" + String.format("%016X", n % MEMBERS);
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(format, values));
    }
}
