package io.weir.cloud.facts;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestApi.Marks;
import io.weir.model.fact.Lane;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings facts from Kafka into a context's tables, each frame exactly once (DESIGN section 2).
 * Positions and marks stand in PostgreSQL beside the effect; Kafka is asked for records from a
 * position and for nothing else. Each lane is read on its own, so that telemetry never delays
 * money.
 *
 * <p>{@link #start} and {@link #stop} must be called on a virtual-thread context; all work is done
 * there.
 */
public final class FactConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(FactConsumer.class);
    private static final AtomicLong INSTANCES = new AtomicLong();

    /** How long a node without Kafka leaves all partitions to others before it tries again. */
    private static final Duration STAND_DOWN = Duration.ofSeconds(10);

    private final FactRuntime runtime;
    private final FactSpec spec;
    private final FactConfig config;
    private final FactApplier applier;
    private final long instance = INSTANCES.incrementAndGet();
    private final List<LaneReader> readers = new ArrayList<>();
    private final List<Promise<Void>> ended = new ArrayList<>();
    private final List<KafkaConsumer<byte[], byte[]>> clients = new ArrayList<>();
    private @Nullable Leases leases;
    private @Nullable MessageConsumer<?> marks;
    private final Promise<Void> stopping = Promise.promise();
    private volatile boolean running = true;

    public FactConsumer(
            FactRuntime runtime, FactSpec spec, FactConfig config, FactApplier applier) {
        this.runtime = runtime;
        this.spec = spec;
        this.config = config;
        this.applier = applier;
    }

    /** Reads from here on; the first partitions are taken before this returns. */
    public void start() {
        Map<Lane, KafkaConsumer<byte[], byte[]>> byLane = new EnumMap<>(Lane.class);
        Map<Lane, Integer> partitions = new EnumMap<>(Lane.class);
        for (Lane lane : spec.lanes()) {
            KafkaConsumer<byte[], byte[]> client = client(lane);
            byLane.put(lane, client);
            partitions.put(lane, client.partitionsFor(lane.topic()).await().size());
        }
        Leases shared = new Leases(runtime, spec, config, instance, partitions);
        leases = shared;
        shared.renew();
        FactStore store = new FactStore(spec);
        marks =
                runtime.bus()
                        .serve(
                                IngestApi.MARKS.at(spec.name()),
                                (call, q) ->
                                        new Marks(
                                                runtime.tx()
                                                        .system(
                                                                tx ->
                                                                        store.marksOf(
                                                                                tx,
                                                                                q.gateway(),
                                                                                q.journal()))));
        Alarms alarms = new Alarms(spec, runtime, instance);
        byLane.forEach(
                (lane, client) ->
                        readers.add(
                                new LaneReader(
                                        runtime,
                                        spec,
                                        config,
                                        applier,
                                        lane,
                                        client,
                                        stuck -> another(lane, stuck),
                                        shared,
                                        store,
                                        alarms)));
        readers.forEach(reader -> loop(() -> reader.run(() -> running)));
        loop(this::keepLeases);
        LOG.info("{}: reads {} of {}", spec.name(), held(shared), partitions);
    }

    /** Ends after the running transactions; the partitions are free for others at once. */
    public void stop() {
        running = false;
        stopping.tryComplete();
        if (marks != null) {
            marks.unregister().await();
        }
        Future.join(ended.stream().map(Promise::future).toList()).await();
        if (leases != null) {
            try {
                leases.release();
            } catch (Exception e) { // await() throws what a future failed with
                LOG.warn("{}: leases not given back, they expire", spec.name(), e);
            }
        }
        clients.forEach(client -> client.close().await());
    }

    private void keepLeases() {
        Leases mine = java.util.Objects.requireNonNull(leases);
        long quiet = config.leaseRenew().toMillis();
        Pulse<KafkaConsumer<byte[], byte[]>> pulse =
                new Pulse<>(FactConsumer::received, config.leaseTtl().toMillis() * 3 / 2);
        long standsDownUntil = runtime.time().tick().ms();
        long cleaned = runtime.time().tick().ms();
        Quarantine quarantine = new Quarantine(spec, runtime.metrics().registry());
        while (running) {
            Future.any(runtime.vertx().timer(quiet, TimeUnit.MILLISECONDS), stopping.future())
                    .await();
            if (!running) {
                return;
            }
            try {
                long now = runtime.time().tick().ms();
                if (now < standsDownUntil) {
                    continue;
                }
                boolean reading = spec.lanes().stream().anyMatch(l -> !mine.held(l).isEmpty());
                if (pulse.silent(clients, reading, now) && !mine.alone()) {
                    LOG.warn("{}: Kafka is silent here, others take the partitions", spec.name());
                    mine.release();
                    standsDownUntil = now + STAND_DOWN.toMillis();
                    continue;
                }
                mine.renew();
                if (now - cleaned > config.quarantineKeep().toMillis() / 30) {
                    cleaned = now;
                    runtime.tx()
                            .system(
                                    tx -> {
                                        quarantine.forget(tx, config.quarantineKeep());
                                        return true;
                                    });
                }
            } catch (Exception e) { // await() throws what a future failed with
                LOG.warn("{}: leases not renewed", spec.name(), e);
            }
        }
    }

    /** Any thread may read a client's metrics. */
    private static double received(KafkaConsumer<byte[], byte[]> client) {
        return client.unwrap().metrics().values().stream()
                .filter(m -> m.metricName().group().equals("consumer-metrics"))
                .filter(m -> m.metricName().name().equals("incoming-byte-total"))
                .mapToDouble(m -> ((Number) m.metricValue()).doubleValue())
                .sum();
    }

    private Map<Lane, Integer> held(Leases mine) {
        Map<Lane, Integer> counts = new EnumMap<>(Lane.class);
        spec.lanes().forEach(lane -> counts.put(lane, mine.held(lane).size()));
        return counts;
    }

    private void loop(Runnable work) {
        Promise<Void> end = Promise.promise();
        ended.add(end);
        Context context = Vertx.currentContext();
        context.runOnContext(
                v -> {
                    try {
                        work.run();
                    } finally {
                        end.complete();
                    }
                });
    }

    private KafkaConsumer<byte[], byte[]> another(Lane lane, KafkaConsumer<byte[], byte[]> stuck) {
        LOG.warn("{}: {} has a client that hangs, it gets another one", spec.name(), lane);
        clients.remove(stuck);
        stuck.unwrap().wakeup(); // all that another thread may do to it
        stuck.close().onFailure(e -> LOG.debug("the client that hung", e));
        return client(lane);
    }

    private KafkaConsumer<byte[], byte[]> client(Lane lane) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", runtime.kafka());
        settings.put(
                "client.id",
                spec.name() + "-" + lane.name() + "-" + runtime.node() + "-" + instance);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        settings.put("allow.auto.create.topics", "false");
        settings.put("check.crcs", "false"); // a frame carries its own
        settings.put("max.poll.records", String.valueOf(config.maxFrames()));
        settings.put("fetch.max.bytes", String.valueOf(config.fetchBytes()));
        settings.put("max.partition.fetch.bytes", String.valueOf(config.fetchBytes()));
        KafkaConsumer<byte[], byte[]> client =
                KafkaConsumer.create(
                        runtime.vertx(),
                        settings,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        clients.add(client);
        return client;
    }
}
