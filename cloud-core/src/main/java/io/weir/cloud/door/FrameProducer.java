package io.weir.cloud.door;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.weir.model.fact.Lane;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Frames of all gateways of this instance into Kafka, {@code acks=all}, retrying for ever, in the
 * order of the calls. A producer may wait for seconds, so it has one thread of its own. One that
 * failed for good is replaced; the gateways whose frames were on the way send them again.
 */
final class FrameProducer {
    private static final Logger LOG = LoggerFactory.getLogger(FrameProducer.class);
    private static final int MAX_REQUEST_BYTES = 2 << 20;

    private final Context context;
    private final WorkerExecutor thread;
    private final Supplier<KafkaProducer<byte[], byte[]>> make;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    FrameProducer(Vertx vertx, String kafka, DoorConfig config) {
        this.context = vertx.getOrCreateContext();
        this.thread = vertx.createSharedWorkerExecutor("weir-door-" + hashCode(), 1);
        this.make =
                () ->
                        new KafkaProducer<>(
                                settings(kafka, config),
                                new ByteArraySerializer(),
                                new ByteArraySerializer());
    }

    /**
     * @param key the record key, {@code gateway|journal}
     * @param cut set at the first failure of a gateway's frame: none of its later ones may overtake
     *     it
     * @return on this context; in the calls' order for one lane and partition
     */
    Future<Void> send(Lane lane, int partition, byte[] key, byte[] frame, AtomicBoolean cut) {
        Promise<Void> taken = Promise.promise();
        thread.executeBlocking(
                        () -> {
                            produce(lane, partition, key, frame, cut, taken);
                            return true;
                        },
                        true)
                .onFailure(
                        e -> {
                            cut.set(true);
                            taken.tryFail(e);
                        });
        return taken.future();
    }

    Future<Void> close() {
        return thread.executeBlocking(
                        () -> {
                            replace();
                            return true;
                        },
                        true)
                .compose(done -> thread.close());
    }

    private void produce(
            Lane lane,
            int partition,
            byte[] key,
            byte[] frame,
            AtomicBoolean cut,
            Promise<Void> taken) {
        if (cut.get()) {
            taken.fail("an earlier frame was not taken");
            return;
        }
        KafkaProducer<byte[], byte[]> current = producer;
        if (current == null) {
            current = make.get();
            producer = current;
        }
        current.send(
                new ProducerRecord<>(lane.topic(), partition, key, frame),
                (metadata, failure) -> {
                    if (failure != null) {
                        cut.set(true);
                        spent(failure);
                    }
                    context.runOnContext(
                            v -> {
                                if (failure == null) {
                                    taken.tryComplete();
                                } else {
                                    taken.tryFail(failure);
                                }
                            });
                });
    }

    /** On any thread: the one that has the producer drops it, if it can't go on. */
    private void spent(Exception failure) {
        if (!(failure instanceof RetriableException)) {
            LOG.warn("Kafka did not take a frame, the producer is replaced", failure);
            thread.executeBlocking(
                            () -> {
                                replace();
                                return true;
                            },
                            true)
                    .onFailure(e -> LOG.debug("the door closes", e));
        }
    }

    private void replace() {
        KafkaProducer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            old.close(Duration.ZERO);
        }
    }

    private static Map<String, Object> settings(String kafka, DoorConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-door");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, config.producerBytes());
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }
}
