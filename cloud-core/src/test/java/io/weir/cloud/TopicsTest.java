package io.weir.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.Topics.TopicsConfig;
import io.weir.model.fact.Lane;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** On a real broker, whose own rules about time these topics must not hand on to gateways. */
class TopicsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void aGatewayWhoseClockIsADayOffIsHeard() throws Exception {
        String bootstrap = TestKafka.fresh(1);
        assertThat(stamped(bootstrap, DAY)).isLessThan(Duration.ofHours(1));
        assertThat(stamped(bootstrap, DAY.negated())).isLessThan(Duration.ofHours(1));
    }

    @Test
    void topicsOfAnEarlierReleaseAreChanged() throws Exception {
        String bootstrap = TestKafka.fresh(1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(
                                            ConfigResource.Type.TOPIC, Lane.MONEY.topic()),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(
                                                            "message.timestamp.type", "CreateTime"),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        Topics.ensure(bootstrap, new TopicsConfig(1, 1, 1, 24));
        assertThat(stamped(bootstrap, DAY)).isLessThan(Duration.ofHours(1));
    }

    /** Sends a record of a clock so far off; how far off the broker's stamp is. */
    private static Duration stamped(String bootstrap, Duration off) throws Exception {
        long now = System.currentTimeMillis();
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            RecordMetadata kept =
                    producer.send(
                                    new ProducerRecord<>(
                                            Lane.MONEY.topic(),
                                            0,
                                            now + off.toMillis(),
                                            new byte[0],
                                            new byte[0]))
                            .get();
            return Duration.ofMillis(Math.abs(kept.timestamp() - now));
        }
    }
}
