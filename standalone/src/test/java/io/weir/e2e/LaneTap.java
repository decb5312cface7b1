package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads a lane's topic as a consumer with marks does: no hole, each frame once. Payloads begin with
 * a number of four bytes.
 */
final class LaneTap implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long[] marks;
    final BitSet arrived = new BitSet();

    LaneTap(String bootstrap, Lane lane, int partitions) {
        marks = new long[partitions];
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrap,
                                "enable.auto.commit",
                                false,
                                "fetch.max.wait.ms",
                                20),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                IntStream.range(0, partitions)
                        .mapToObj(p -> new TopicPartition(lane.topic(), p))
                        .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** Takes what has come; how many different entries are there now? */
    int poll() {
        consumer.poll(Duration.ofMillis(20)).forEach(r -> take(FrameCodec.decode(r.value())));
        return arrived.cardinality();
    }

    private void take(Frame frame) {
        int p = frame.partition();
        assertThat(frame.number()).as("no hole").isLessThanOrEqualTo(marks[p] + 1);
        if (frame.number() <= marks[p]) {
            return;
        }
        marks[p] = frame.number();
        for (Entry entry : frame.entries()) {
            if (entry.kind() == FactKind.PROPERTY_POST) {
                int id = ByteBuffer.wrap(entry.payload()).getInt();
                assertThat(arrived.get(id)).as("entry %d was there before", id).isFalse();
                arrived.set(id);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
