package io.weir.cloud.outbox;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.Topics;
import io.weir.cloud.outbox.OutboxStore.Event;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Relays one outbox, alone among all nodes while it holds the lock: reads the oldest rows, sends
 * them in order, deletes them once Kafka has all of them. Dying anywhere in between repeats events,
 * under the same event_id, and never loses one nor lets a later one of a key be seen before an
 * earlier one.
 */
final class OutboxRelay {
    private static final long SEND_WITHIN_S = 30;
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int FAILURES_TO_ALARM = 5;

    private final Vertx vertx;
    private final Db db;
    private final Supplier<KafkaProducer<String, String>> producers;
    private final OutboxConfig config;
    private final String schema;
    private final OutboxStore store;
    private final Counter relayed;
    private volatile int failures;
    private volatile boolean mine;
    private volatile @Nullable KafkaProducer<String, String> current;

    OutboxRelay(
            Vertx vertx,
            Db db,
            Supplier<KafkaProducer<String, String>> producers,
            Metrics metrics,
            Health health,
            OutboxConfig config,
            String schema) {
        this.vertx = vertx;
        this.db = db;
        this.producers = producers;
        this.config = config;
        this.schema = schema;
        this.store = new OutboxStore(schema);
        this.relayed = metrics.registry().counter("weir.outbox.relayed", "schema", schema);
        health.register("outbox-" + schema, this::report);
    }

    void run(BooleanSupplier running) {
        while (running.getAsBoolean()) {
            try {
                withLock(running);
                failures = 0;
            } catch (Exception e) { // await() throws what a future failed with
                failures++;
                if (Integer.bitCount(failures) == 1) {
                    LOG.warn("outbox of {} failed {} times in a row", schema, failures, e);
                }
            }
            if (running.getAsBoolean()) {
                sleep(config.retry().toMillis());
            }
        }
    }

    /** Relays while it can; returns when another node holds the lock. */
    private void withLock(BooleanSupplier running) {
        SqlConnection c = db.system().getConnection().await();
        try {
            if (store.lock(c)) {
                mine = true;
                relay(c, running);
            }
        } finally {
            if (mine) {
                mine = false;
                unlock(c);
            }
            var unused = c.close();
        }
    }

    private void relay(SqlConnection c, BooleanSupplier running) {
        KafkaProducer<String, String> producer = producers.get();
        current = producer;
        try {
            while (running.getAsBoolean()) {
                List<Event> events = store.oldest(c, config.batch());
                if (events.isEmpty()) {
                    sleep(config.poll().toMillis());
                } else {
                    send(producer, events);
                    store.delete(c, events);
                    relayed.increment(events.size());
                    failures = 0;
                }
            }
        } finally {
            current = null;
            producer.close(0).await(); // nothing may be sent after the lock is gone
        }
    }

    /** Ends a send that waits for Kafka; its rows are still there for the next relay. */
    void cut() {
        KafkaProducer<String, String> producer = current;
        if (producer != null) {
            producer.close(0).await();
        }
    }

    /** A producer whose clock was set back may hang: it is given up, the next one begins anew. */
    private static void send(KafkaProducer<String, String> producer, List<Event> events) {
        Future.all(
                        events.stream()
                                .map(
                                        e ->
                                                producer.send(
                                                        KafkaProducerRecord.create(
                                                                Topics.EVENTS, e.key(), e.value())))
                                .toList())
                .timeout(SEND_WITHIN_S, TimeUnit.SECONDS)
                .await();
    }

    /** When this fails the connection is broken, and the lock gone with it. */
    private void unlock(SqlConnection c) {
        try {
            store.unlock(c);
        } catch (Exception e) { // await() throws what a future failed with
            LOG.debug("outbox of {} not unlocked", schema, e);
        }
    }

    private void sleep(long ms) {
        vertx.timer(ms, TimeUnit.MILLISECONDS).await();
    }

    private Health.Report report() {
        return new Health.Report(
                failures < FAILURES_TO_ALARM, Map.of("relaying", mine, "failures", failures));
    }
}
