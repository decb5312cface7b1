package io.weir.edge.forward;

import io.weir.edge.journal.StoredFrame;
import io.weir.model.fact.Lane;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A plain Kafka producer of one lane: idempotent, acknowledged by all in-sync replicas, retrying
 * for ever. With idempotence Kafka keeps the order of a partition over five requests in flight.
 * Values are the frames' own bytes.
 */
final class KafkaUplink implements Uplink {
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[] key;
    private final String topic;

    /** The record key is {@code gateway|journal}. */
    KafkaUplink(
            String bootstrap, String gateway, String journal, Lane lane, ForwarderConfig config) {
        key = (gateway + "|" + journal).getBytes(StandardCharsets.UTF_8);
        topic = lane.topic();
        producer =
                new KafkaProducer<>(
                        settings(bootstrap, gateway + "-" + lane.name(), config),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    private static Map<String, Object> settings(
            String bootstrap, String client, ForwarderConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, config.batchBytes());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, (int) config.linger().toMillis());
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, config.compression());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes(config));
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    /** More than the lane may have in flight: a send never waits for memory. */
    private static long bufferBytes(ForwarderConfig config) {
        return 2 * config.inFlightBytes() + 32L * config.batchBytes();
    }

    @Override
    public void send(StoredFrame frame, Sent sent) {
        producer.send(
                new ProducerRecord<>(topic, frame.partition(), key, frame.bytes()),
                (metadata, failure) -> sent.done(failure));
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
