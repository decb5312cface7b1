package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.edge.FakeLink;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.Journal;
import io.weir.edge.journal.JournalLab;
import io.weir.edge.quota.QuotaConfig;
import io.weir.edge.quota.SliceGate;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The shell on a real event loop and a real journal: threads, order, answers and a restart. */
class MeteringVerticleTest {
    private static final String DEVICE = "dev1";

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final FakeLink link = new FakeLink();
    private final List<DispenseFact> kept = new CopyOnWriteArrayList<>();
    private FakeValve valve = new FakeValve();
    private MeteringGate gate = new MeteringGate();
    private Time time = new SystemTime();
    private DiskJournal journal;
    private String deployment = "";

    /** A device's ear, and its mouth when told to. */
    private static final class FakeValve implements Valve {
        final List<String> heard = new CopyOnWriteArrayList<>();
        volatile Future<CommandReply> reply = Promise.<CommandReply>promise().future();

        @Override
        public boolean connected(String deviceId) {
            return true;
        }

        @Override
        public Future<CommandReply> dispense(String deviceId, OpenDispense command) {
            heard.add("dispense " + command.dispenseId());
            return reply;
        }

        @Override
        public Future<CommandReply> stop(String deviceId, String dispenseId) {
            heard.add("stop " + dispenseId);
            return Future.succeededFuture(new CommandReply(200, "{}", "success"));
        }

        @Override
        public Future<CommandReply> answer(String deviceId, String result) {
            heard.add("answer " + result);
            return Future.succeededFuture(new CommandReply(200, "{}", "success"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        journal =
                new DiskJournal(
                                new FileDisk(folder),
                                JournalLab.config(65_536, 1 << 20),
                                "edge-1",
                                time,
                                new SimpleMeterRegistry(),
                                new Health())
                        .start();
        var verticle =
                new MeteringVerticle(
                        Limits.usual(),
                        time,
                        new Overheard(journal, kept),
                        valve,
                        link,
                        gate,
                        new SliceGate(
                                new QuotaConfig(
                                        Duration.ofSeconds(15),
                                        Duration.ofSeconds(30),
                                        100,
                                        1,
                                        5,
                                        Duration.ofSeconds(30)),
                                folder.resolveSibling(folder.getFileName() + ".key").toString(),
                                folder),
                        "edge-1",
                        new Metrics(),
                        new Health());
        deployment = await(vertx.deployVerticle(verticle));
    }

    @AfterEach
    void stop() throws IOException {
        await(vertx.undeploy(deployment));
        journal.close();
    }

    @Test
    void opensRunsStopsAndEndsOnce() {
        gate.connected(DEVICE, 1, 7, time.tick());
        report(1_000);
        valve.reply = Future.succeededFuture(new CommandReply(200, "{\"total_ml\":1000}", ""));
        DispenseAnswer answer = await(link.ask(EdgeApi.OPEN, command("d1")));
        assertThat(answer).isEqualTo(new DispenseAnswer("d1", Known.OPEN, null, 0));
        assertThat(valve.heard).containsExactly("dispense d1");
        until(() -> gate.wants(DEVICE));
        report(1_120);
        until(() -> told(DispenseFact.Running.class) == 1);
        String end = "{\"dispense_id\":\"d1\",\"total_ml\":1140,\"reason\":\"button\"}";
        gate.event(DEVICE, 1, "dispense_end", bytes(end), time.tick());
        until(() -> told(DispenseFact.Ended.class) == 1);
        DispenseAnswer known = await(link.ask(EdgeApi.OPEN, command("d1")));
        assertThat(known).isEqualTo(new DispenseAnswer("d1", Known.ENDED, EndReason.DEVICE, 140));
        assertThat(valve.heard).filteredOn(h -> h.startsWith("dispense")).hasSize(1);
        until(() -> !gate.wants(DEVICE));
    }

    @Test
    void aDeviceThatLeftJustNowIsAnsweredAsOffline() {
        gate.connected(DEVICE, 1, 7, time.tick());
        valve.reply = Future.failedFuture(new Rejected(CommandError.DEVICE_OFFLINE, "gone"));
        await(link.ask(EdgeApi.OPEN, command("d1")));
        until(() -> told(DispenseFact.Refused.class) == 1);
        DispenseAnswer known =
                await(link.ask(EdgeApi.RESOLVE, new EdgeApi.ResolveDispense("d1", DEVICE)));
        assertThat(known.reason()).isEqualTo(EndReason.DEVICE_OFFLINE);
    }

    @Test
    void aCommandOutOfRangeIsRejected() {
        var bad =
                new OpenDispense("d1", DEVICE, Outlet.HOT, 0, MeasureMode.VOLUME, 50, 0, 60, 5_000);
        assertThatThrownBy(() -> await(link.ask(EdgeApi.OPEN, bad)))
                .hasMessageContaining("command");
        assertThat(valve.heard).isEmpty();
    }

    @Test
    void unreadableWordsOfADeviceAreNotSaid() {
        gate.connected(DEVICE, 1, 7, time.tick());
        report(1_000);
        valve.reply = Future.succeededFuture(new CommandReply(200, "nonsense", ""));
        await(link.ask(EdgeApi.OPEN, command("d1")));
        gate.event(DEVICE, 1, "dispense_end", bytes("{{{"), time.tick());
        gate.event(DEVICE, 1, "dispense_end", bytes("[1]"), time.tick());
        gate.event(DEVICE, 1, "other", bytes("{}"), time.tick());
        until(() -> told(DispenseFact.Progress.class) >= 1);
        assertThat(told(DispenseFact.Stopping.class)).isZero();
    }

    @Test
    void aCodeOrAButtonThatOpensNothingIsAnsweredAtTheDevice() {
        gate.connected(DEVICE, 1, 7, time.tick());
        for (int i = 0; i < 6; i++) {
            gate.event(DEVICE, 1, "dispense_code", bytes("{\"code\":\"0123\"}"), time.tick());
        }
        String ask = "{\"outlet\":\"cold\",\"volume_ml\":200}";
        gate.event(DEVICE, 1, "dispense_request", bytes(ask), time.tick());
        until(() -> valve.heard.size() == 7);
        assertThat(valve.heard.subList(0, 5)).containsOnly("answer WRONG_CODE");
        assertThat(valve.heard.subList(5, 7))
                .containsExactly("answer WAIT", "answer NOTHING_GRANTED");
    }

    @Test
    void aNewProcessStopsWhatWasOpenAndSendsNothingTwice() throws IOException {
        gate.connected(DEVICE, 1, 7, time.tick());
        report(1_000);
        valve.reply = Future.succeededFuture(new CommandReply(200, "{\"total_ml\":1000}", ""));
        await(link.ask(EdgeApi.OPEN, command("d1")));
        until(() -> told(DispenseFact.Running.class) == 1);
        await(link.ask(EdgeApi.RESOLVE, new EdgeApi.ResolveDispense("d9", DEVICE)));
        stop();
        valve = new FakeValve();
        gate = new MeteringGate();
        time = new SystemTime();
        start();
        gate.connected(DEVICE, 1, 8, time.tick());
        until(() -> valve.heard.contains("stop d1"));
        report(1_090);
        until(
                () -> {
                    report(1_090);
                    return told(DispenseFact.Ended.class) == 1;
                });
        DispenseAnswer known =
                await(link.ask(EdgeApi.RESOLVE, new EdgeApi.ResolveDispense("d1", DEVICE)));
        assertThat(known)
                .isEqualTo(new DispenseAnswer("d1", Known.ENDED, EndReason.EDGE_RESTART, 90));
        assertThat(await(link.ask(EdgeApi.OPEN, command("d9"))).known()).isEqualTo(Known.REFUSED);
        assertThat(valve.heard).noneMatch(h -> h.startsWith("dispense"));
    }

    private void report(long totalMl) {
        gate.counters(
                new CounterReport(DEVICE, 1, 7, totalMl, null, null, null, "boot", time.tick()));
    }

    /** How many facts of a type were kept. */
    private long told(Class<? extends DispenseFact> type) {
        return kept.stream().filter(type::isInstance).count();
    }

    /** The journal, overheard. */
    private record Overheard(DiskJournal journal, List<DispenseFact> kept) implements Journal {
        @Override
        public void append(Lane lane, Entry entry, Done done) {
            journal.append(
                    lane,
                    entry,
                    wasKept -> {
                        if (wasKept) {
                            kept.add(Json.read(entry.payload(), DispenseFact.class));
                        }
                        done.done(wasKept);
                    });
        }

        @Override
        public void append(Lane lane, int partition, Entry entry, Done done) {
            journal.append(lane, partition, entry, done);
        }

        @Override
        public String id() {
            return journal.id();
        }

        @Override
        public int partitions() {
            return journal.partitions();
        }

        @Override
        public boolean hasRoom(Lane lane) {
            return journal.hasRoom(lane);
        }

        @Override
        public void checkpoint(byte[] state, Done done) {
            journal.checkpoint(state, done);
        }

        @Override
        public void onCheckpointDue(Runnable ask) {
            journal.onCheckpointDue(ask);
        }

        @Override
        public void replayMoney(Replay replay) {
            journal.replayMoney(replay);
        }
    }

    private static OpenDispense command(String id) {
        return new OpenDispense(id, DEVICE, Outlet.COLD, 500, MeasureMode.VOLUME, 50, 0, 60, 5_000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void until(BooleanSupplier done) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 20 s");
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("not within 20 s", e);
        }
    }
}
