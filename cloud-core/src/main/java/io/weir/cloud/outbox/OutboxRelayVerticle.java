package io.weir.cloud.outbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;

import org.apache.kafka.common.serialization.StringSerializer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Relays the outboxes of the contexts. On virtual threads, one instance per node; the nodes agree
 * by a lock per outbox. Takes one connection of the system pool per outbox.
 */
public final class OutboxRelayVerticle extends VerticleBase {
    private final Db db;
    private final String kafka;
    private final Metrics metrics;
    private final Health health;
    private final OutboxConfig config;
    private final List<OutboxRelay> relays = new ArrayList<>();
    private final List<Promise<Void>> ended = new ArrayList<>();
    private volatile boolean running = true;

    public OutboxRelayVerticle(
            Db db, String kafka, Metrics metrics, Health health, OutboxConfig config) {
        this.db = db;
        this.kafka = kafka;
        this.metrics = metrics;
        this.health = health;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        for (String schema : config.schemas()) {
            OutboxRelay relay =
                    new OutboxRelay(vertx, db, this::producer, metrics, health, config, schema);
            relays.add(relay);
            Promise<Void> end = Promise.promise();
            ended.add(end);
            context.runOnContext(
                    v -> {
                        try {
                            relay.run(() -> running);
                        } finally {
                            end.complete();
                        }
                    });
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        running = false;
        relays.forEach(OutboxRelay::cut);
        return Future.join(ended.stream().map(Promise::future).toList());
    }

    /** Never gives up on a record: a later one of the same key must not overtake it. */
    private KafkaProducer<String, String> producer() {
        return KafkaProducer.create(
                vertx,
                Map.of(
                        "bootstrap.servers", kafka,
                        "acks", "all",
                        "enable.idempotence", "true",
                        "delivery.timeout.ms", String.valueOf(Integer.MAX_VALUE),
                        "linger.ms", "0"),
                new StringSerializer(),
                new StringSerializer());
    }
}
