package io.weir.cloud.facts;

import io.vertx.core.Future;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Reads one lane: polls what is leased, in batches of bounded size, one transaction each, and polls
 * again only when they are done. A failure goes back to the last committed position.
 */
final class LaneReader {
    private static final Logger LOG = LoggerFactory.getLogger(LaneReader.class);

    private static final long POLL_GRACE_MS = 10_000;

    /** Kafka's client does not come back from a poll. */
    private static final class Hangs extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Hangs() {
            super("Kafka's client hangs", null, false, false);
        }
    }

    private final FactRuntime runtime;
    private final FactSpec spec;
    private final FactConfig config;
    private final Lane lane;
    private final UnaryOperator<KafkaConsumer<byte[], byte[]>> another;
    private final Leases leases;
    private final FactStore store;
    private final Alarms alarms;
    private final BatchTransaction transaction;
    private KafkaConsumer<byte[], byte[]> client;

    /** Partition -> lease token it was assigned under. */
    private final Map<Integer, Long> assigned = new HashMap<>();

    /** Partition -> the offset that comes next; what Kafka delivers below it is dropped. */
    private final Map<Integer, Long> next = new HashMap<>();

    /** Partitions set back during this poll: what follows of them in it is read again. */
    private final Set<Integer> rewound = new HashSet<>();

    /**
     * @param another makes the client that takes the place of one that hangs
     */
    LaneReader(
            FactRuntime runtime,
            FactSpec spec,
            FactConfig config,
            FactApplier applier,
            Lane lane,
            KafkaConsumer<byte[], byte[]> client,
            UnaryOperator<KafkaConsumer<byte[], byte[]>> another,
            Leases leases,
            FactStore store,
            Alarms alarms) {
        this.runtime = runtime;
        this.spec = spec;
        this.config = config;
        this.lane = lane;
        this.client = client;
        this.another = another;
        this.leases = leases;
        this.store = store;
        this.alarms = alarms;
        this.transaction =
                new BatchTransaction(runtime, spec, config, applier, lane, store, alarms);
    }

    void run(BooleanSupplier running) {
        long pause = config.retryMin().toMillis();
        while (running.getAsBoolean()) {
            try {
                follow();
                if (assigned.isEmpty()) {
                    sleep(config.poll().toMillis());
                } else {
                    read(poll(), running);
                }
                alarms.worked(lane);
                pause = config.retryMin().toMillis();
            } catch (BatchTransaction.Fenced e) {
                LOG.info("{}: {} {} belong to another node now", spec.name(), lane, e.partitions());
                e.partitions().forEach(p -> leases.lost(lane, p));
                goBack();
            } catch (Hangs e) {
                alarms.failed(lane, e);
                goBack();
                client = another.apply(client);
            } catch (OffsetOutOfRangeException e) {
                fromTheBeginning(e.offsetOutOfRangePartitions());
            } catch (Exception e) { // await() throws what a future failed with
                alarms.failed(lane, e);
                goBack();
                sleep(pause);
                pause = Math.min(pause * 2, config.retryMax().toMillis());
            }
        }
    }

    /**
     * Kafka's client measures its pauses by the wall clock: set back while it is about to connect,
     * it would poll until the old time comes again.
     */
    private ConsumerRecords<byte[], byte[]> poll() {
        long within = config.poll().toMillis() + POLL_GRACE_MS;
        return client.poll(config.poll())
                .timeout(within, TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(e instanceof TimeoutException ? new Hangs() : e))
                .await()
                .records();
    }

    /** Assigns what the leases say and starts new partitions where the last transaction ended. */
    private void follow() {
        Map<Integer, Long> held = leases.held(lane);
        if (held.equals(assigned)) {
            return;
        }
        Set<Integer> fresh = new HashSet<>();
        held.forEach(
                (partition, token) -> {
                    if (!token.equals(assigned.get(partition))) {
                        fresh.add(partition);
                    }
                });
        Set<Integer> gone = new HashSet<>(assigned.keySet());
        gone.removeAll(held.keySet());
        gone.addAll(fresh);
        assigned.keySet().removeAll(gone);
        next.keySet().removeAll(gone);
        Map<Integer, Long> start = startOf(fresh);
        alarms.keepOnly(lane, held.keySet());
        Set<TopicPartition> all = new HashSet<>();
        held.keySet().forEach(partition -> all.add(topicPartition(partition)));
        if (all.isEmpty()) {
            client.unsubscribe().await();
        } else {
            client.assign(all).await();
        }
        start.forEach(this::seek);
        fresh.forEach(partition -> assigned.put(partition, held.get(partition)));
    }

    /**
     * Where to begin: after the last transaction; and where a gap is open, once more after the
     * journal's last applied frame, if that isn't far, in case that it was us who lost a record.
     */
    private Map<Integer, Long> startOf(Set<Integer> partitions) {
        Map<Integer, Long> start = new HashMap<>();
        if (partitions.isEmpty()) {
            return start;
        }
        Map<Mark.Key, Mark> stopped =
                runtime.tx()
                        .system(
                                tx -> {
                                    start.putAll(store.positions(tx, lane, partitions));
                                    return store.stopped(tx, lane, partitions);
                                });
        partitions.forEach(partition -> start.putIfAbsent(partition, 0L));
        alarms.replace(lane, partitions, stopped);
        stopped.forEach(
                (key, mark) -> {
                    long position = start.getOrDefault(key.partition(), 0L);
                    if (position - mark.offset() - 1 <= config.recheckRecords()) {
                        start.merge(key.partition(), mark.offset() + 1, Math::min);
                    }
                });
        return start;
    }

    private void read(ConsumerRecords<byte[], byte[]> records, BooleanSupplier running) {
        Batch batch = new Batch();
        rewound.clear();
        for (org.apache.kafka.common.TopicPartition tp : records.partitions()) {
            for (ConsumerRecord<byte[], byte[]> record : records.records(tp)) {
                if (expected(record)) {
                    add(batch, record);
                    if (batch.full(config)) {
                        commit(batch);
                        batch = new Batch();
                        if (!running.getAsBoolean()) {
                            return;
                        }
                    }
                }
            }
        }
        commit(batch);
    }

    /** Not what a poll brings from before a seek, nor what follows in this poll after a rewind. */
    private boolean expected(ConsumerRecord<byte[], byte[]> record) {
        Long offset = next.get(record.partition());
        return offset != null
                && record.offset() >= offset
                && assigned.containsKey(record.partition())
                && !rewound.contains(record.partition());
    }

    private void add(Batch batch, ConsumerRecord<byte[], byte[]> record) {
        next.put(record.partition(), record.offset() + 1);
        try {
            Frame frame = FrameCodec.decode(record.value());
            if (frame.lane() == lane && frame.partition() == record.partition()) {
                batch.add(frame, record.offset(), record.value().length);
            } else {
                batch.refuse(
                        record,
                        Quarantine.MISPLACED,
                        "frame of " + frame.lane() + "/" + frame.partition());
            }
        } catch (FrameCodec.CorruptFrame e) {
            batch.refuse(record, Quarantine.CORRUPT, String.valueOf(e.getMessage()));
        }
    }

    private void commit(Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        Map<Integer, Long> tokens = new LinkedHashMap<>();
        batch.next().keySet().forEach(p -> tokens.put(p, assigned.get(p)));
        transaction
                .run(batch, tokens)
                .forEach(
                        (partition, offset) -> {
                            seek(partition, offset);
                            rewound.add(partition);
                        });
    }

    /**
     * Kafka has these positions no more, or not yet: it lost records or was set up anew. The marks
     * will tell what is missing.
     */
    private void fromTheBeginning(Map<org.apache.kafka.common.TopicPartition, Long> positions) {
        positions.forEach(
                (tp, position) -> {
                    long first = client.beginningOffsets(topicPartition(tp.partition())).await();
                    LOG.error(
                            "{}: Kafka has no offset {} in {}, reading it from {} on",
                            spec.name(),
                            position,
                            tp,
                            first);
                    seek(tp.partition(), first);
                });
    }

    /** After a failure nobody knows what was committed: the database does. */
    private void goBack() {
        assigned.clear();
        next.clear();
    }

    private void seek(int partition, long offset) {
        client.seek(topicPartition(partition), offset).await();
        next.put(partition, offset);
    }

    private TopicPartition topicPartition(int partition) {
        return new TopicPartition(lane.topic(), partition);
    }

    private void sleep(long ms) {
        runtime.vertx().timer(ms, TimeUnit.MILLISECONDS).await();
    }
}
