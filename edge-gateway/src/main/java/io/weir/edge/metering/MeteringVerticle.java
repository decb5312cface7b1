package io.weir.edge.metering;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.edge.journal.Journal;
import io.weir.edge.link.CloudLink;
import io.weir.edge.quota.SliceBook;
import io.weir.edge.quota.SliceGate;
import io.weir.edge.quota.SliceInlet;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.SliceFact;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.model.time.Tick;
import io.weir.runtime.crypto.Signer;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The shell around {@link DispenseEngine}: one instance on one event loop. Inputs hop to its
 * context, effects are done in their order; it decides nothing.
 */
public final class MeteringVerticle extends VerticleBase implements MeteringInlet, SliceInlet {
    private static final Logger LOG = LoggerFactory.getLogger(MeteringVerticle.class);
    private static final long TICK_MS = 1_000;

    private final MeteringConfig config;
    private final Time time;
    private final Journal journal;
    private final Valve valve;
    private final CloudLink link;
    private final MeteringGate gate;
    private final SliceGate slices;
    private final SliceBook book;
    private final Health health;
    private final MeterRegistry meters;
    private final DispenseEngine engine;
    private final Map<Long, Promise<DispenseAnswer>> askers = new HashMap<>();
    private final Map<String, Long> wakes = new HashMap<>();
    private final Deque<Effect> effects = new ArrayDeque<>();
    private @Nullable QuotaDesk desk;
    private boolean performing;
    private long asks;

    public MeteringVerticle(
            MeteringConfig config,
            Time time,
            Journal journal,
            Valve valve,
            CloudLink link,
            MeteringGate gate,
            SliceGate slices,
            String gateway,
            Metrics metrics,
            Health health) {
        this.config = config;
        this.time = time;
        this.journal = journal;
        this.valve = valve;
        this.link = link;
        this.gate = gate;
        this.slices = slices;
        this.book = new SliceBook(slices.config(), gateway, journal.id());
        this.health = health;
        this.meters = metrics.registry();
        this.engine = new DispenseEngine(config);
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(
                        () -> {
                            journal.replayMoney(new EngineReplay(engine, book, now()));
                            return slices.statements(journal.id());
                        })
                .onSuccess(this::begin);
    }

    @Override
    public Future<?> stop() {
        gate.detach();
        slices.attach(null);
        return Future.succeededFuture();
    }

    private void begin(Signer statements) {
        var sales =
                new QuotaDesk(
                        engine, book, statements, this::append, this::answer, slices::low, meters);
        desk = sales;
        Gauge.builder("weir.metering.open", engine, DispenseEngine::openCount).register(meters);
        health.register("metering", () -> Health.Report.up(Map.of("open", engine.openCount())));
        journal.onCheckpointDue(this::checkpoint);
        perform(engine.restarted(now()));
        vertx.setPeriodic(TICK_MS, timer -> perform(engine.tick(now())));
        vertx.setPeriodic(TICK_MS, timer -> sales.tick(now()));
        gate.attach(this);
        slices.attach(this);
        link.serve(EdgeApi.OPEN, (call, command) -> open(command));
        link.serve(EdgeApi.STOP, (call, stop) -> ask(asker -> engine.stop(asker, stop, now())));
        link.serve(
                EdgeApi.RESOLVE,
                (call, resolve) -> ask(asker -> engine.resolve(asker, resolve, now())));
    }

    @Override
    public boolean wants(String deviceId) {
        return engine.wants(deviceId);
    }

    @Override
    public void counters(CounterReport report) {
        context.runOnContext(v -> perform(engine.counters(report, now())));
    }

    @Override
    public void connected(String deviceId, long connection, long epoch, Tick at) {
        context.runOnContext(v -> perform(engine.connected(deviceId, connection, epoch, now())));
    }

    @Override
    public void disconnected(String deviceId, long connection, Tick at) {
        context.runOnContext(v -> perform(engine.disconnected(deviceId, connection, now())));
    }

    @Override
    public void event(String deviceId, long connection, String event, byte[] paramsJson, Tick at) {
        if (event.equals("dispense_end")) {
            JsonNode params = DeviceWords.read(paramsJson);
            String id = DeviceWords.text(params, "dispense_id");
            Long total = DeviceWords.totalMl(params);
            boolean obeyed = DeviceWords.text(params, "reason").equals(DeviceWords.OBEYED);
            context.runOnContext(
                    v -> perform(engine.deviceEnded(deviceId, id, total, obeyed, now())));
        } else if (event.equals("fault")) {
            String code = DeviceWords.text(DeviceWords.read(paramsJson), "code");
            context.runOnContext(v -> perform(engine.deviceFault(deviceId, code, now())));
        } else if (event.equals("dispense_code")) {
            String code = DeviceWords.text(DeviceWords.read(paramsJson), "code");
            sell((sales, room) -> sales.code(deviceId, code, room, now()));
        } else if (event.equals("dispense_request")) {
            JsonNode params = DeviceWords.read(paramsJson);
            Outlet outlet = DeviceWords.outlet(params);
            long ml = DeviceWords.number(params, "volume_ml");
            sell((sales, room) -> sales.button(deviceId, outlet, ml, room, now()));
        }
    }

    @Override
    public void pulled(Slices answer, Tick at) {
        context.runOnContext(
                v -> {
                    if (desk != null) {
                        desk.pulled(answer, new Moment(at, time.now().toEpochMilli()));
                    }
                });
    }

    private void sell(BiFunction<QuotaDesk, Boolean, List<Effect>> sale) {
        context.runOnContext(
                v -> {
                    if (desk != null) {
                        perform(sale.apply(desk, journal.hasRoom(Lane.MONEY)));
                    }
                });
    }

    private Future<DispenseAnswer> open(OpenDispense command) {
        if (command.orderedMl() <= 0
                || command.secondsMax() <= 0
                || command.ttlMs() <= 0
                || command.mlPerSecond() < 0
                || command.mlPer1000Pulses() < 0) {
            return Future.failedFuture(
                    Rejected.invalid(
                            "command", "volume and times positive, constants not below 0"));
        }
        boolean room = journal.hasRoom(Lane.MONEY);
        return ask(asker -> engine.open(asker, command, room, now()));
    }

    private Future<DispenseAnswer> ask(Function<Long, List<Effect>> question) {
        if (askers.size() >= config.asksMax()) {
            return Future.failedFuture(unavailable("too many wait for an answer already"));
        }
        long asker = ++asks;
        Promise<DispenseAnswer> answer = Promise.promise();
        askers.put(asker, answer);
        perform(question.apply(asker));
        return answer.future();
    }

    /** Effects of an effect (a journal that refuses at once) queue up behind it. */
    private void perform(List<Effect> wanted) {
        effects.addAll(wanted);
        if (performing) {
            return;
        }
        performing = true;
        try {
            Effect next = effects.poll();
            while (next != null) {
                perform(next);
                next = effects.poll();
            }
        } finally {
            performing = false;
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Append e -> append(e);
            case Effect.PublishDispense e -> dispense(e.command());
            case Effect.PublishStop e -> stop(e.deviceId(), e.dispenseId());
            case Effect.Wake e -> wake(e);
            case Effect.Answer e -> asker(e.asker()).tryComplete(e.answer());
            case Effect.Fail e -> asker(e.asker()).tryFail(unavailable(e.why()));
        }
    }

    private void append(Effect.Append append) {
        DispenseFact fact = append.fact();
        String name = DispenseFact.nameOf(fact);
        meters.counter("weir.metering.facts", "type", name).increment();
        if (fact instanceof DispenseFact.Faulted faulted) {
            LOG.warn("device {} is faulted: {}", faulted.deviceId(), faulted.code());
        }
        Entry entry =
                new Entry(
                        FactKind.DISPENSE,
                        append.deviceId(),
                        append.epoch(),
                        time.now().toEpochMilli(),
                        time.tick().ms(),
                        name,
                        Json.bytes(fact));
        journal.append(Lane.MONEY, entry, kept -> perform(engine.journaled(append, kept, now())));
    }

    private void append(String deviceId, SliceFact fact, Consumer<Boolean> kept) {
        Entry entry =
                new Entry(
                        FactKind.SLICE,
                        deviceId,
                        0,
                        time.now().toEpochMilli(),
                        time.tick().ms(),
                        SliceFact.nameOf(fact),
                        Json.bytes(fact));
        journal.append(Lane.MONEY, entry, kept::accept);
    }

    private void dispense(OpenDispense command) {
        String id = command.dispenseId();
        valve.dispense(command.deviceId(), command)
                .onComplete(done -> context.runOnContext(v -> perform(replied(id, done))));
    }

    private List<Effect> replied(String dispenseId, AsyncResult<CommandReply> done) {
        if (done.succeeded()) {
            CommandReply reply = done.result();
            Long total = DeviceWords.totalMl(DeviceWords.read(reply.dataJson()));
            return engine.replied(dispenseId, reply.code(), total, now());
        }
        if (done.cause() instanceof Rejected r && !r.is(CommandError.REPLY_TIMEOUT)) {
            boolean offline = r.is(CommandError.DEVICE_OFFLINE);
            EndReason reason = offline ? EndReason.DEVICE_OFFLINE : EndReason.NOT_PUBLISHED;
            return engine.unsent(dispenseId, reason, now());
        }
        LOG.debug("{} has no reply: {}", dispenseId, done.cause().getMessage());
        return List.of();
    }

    private void stop(String deviceId, String dispenseId) {
        valve.stop(deviceId, dispenseId)
                .onSuccess(
                        reply ->
                                context.runOnContext(
                                        v ->
                                                perform(
                                                        engine.stopReplied(
                                                                deviceId,
                                                                dispenseId,
                                                                reply.code(),
                                                                now()))))
                .onFailure(e -> LOG.debug("stop of {} has no reply: {}", deviceId, e.getMessage()));
    }

    private void answer(String deviceId, QuotaAnswer answer) {
        valve.answer(deviceId, answer.name())
                .onFailure(e -> LOG.debug("{} not told {}: {}", deviceId, answer, e.getMessage()));
    }

    private void wake(Effect.Wake wake) {
        Long earlier =
                wakes.put(
                        wake.deviceId(),
                        vertx.setTimer(
                                wake.delayMs(),
                                timer -> {
                                    wakes.remove(wake.deviceId(), timer);
                                    perform(engine.wake(wake.deviceId(), now()));
                                }));
        if (earlier != null) {
            vertx.cancelTimer(earlier);
        }
    }

    private void checkpoint() {
        book.journaled(now().wallMs(), time.tick());
        journal.checkpoint(
                Json.bytes(engine.snapshot(now()).with(book.snapshot())),
                kept -> LOG.debug("checkpoint of open dispenses kept: {}", kept));
    }

    private Promise<DispenseAnswer> asker(long number) {
        Promise<DispenseAnswer> asker = askers.remove(number);
        return asker == null ? Promise.promise() : asker;
    }

    private Moment now() {
        return new Moment(time.tick(), time.now().toEpochMilli());
    }

    private static Rejected unavailable(String why) {
        return new Rejected(CommonError.UNAVAILABLE, why);
    }
}
