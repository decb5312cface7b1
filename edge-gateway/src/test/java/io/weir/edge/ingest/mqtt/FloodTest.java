package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.guard.Limits;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One device sends more than it may; the others are unharmed and nothing of QoS 1 is lost. */
class FloodTest {
    private static final String OTHER = "dev-02";
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final byte[] QUIET =
            "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1}}".getBytes(StandardCharsets.UTF_8);

    private static Mqtt3BlockingClient client(GatewayRig rig, String name) {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(GatewayRig.clientId(name))
                .serverHost("127.0.0.1")
                .serverPort(rig.port)
                .simpleAuth()
                .username(name + "&" + PK)
                .password(GatewayRig.password(name, name, SECRET).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static void post(Mqtt3BlockingClient client, String name, MqttQos qos) {
        client.publishWith()
                .topic(GatewayRig.topic(name, "event/property/post"))
                .qos(qos)
                .payload(QUIET)
                .send();
    }

    private static double pauses(GatewayRig rig) {
        return rig.count("weir.mqtt.pauses", "why", "rate");
    }

    private static double dropped(GatewayRig rig) {
        return rig.count(
                "weir.ingest.messages",
                "transport",
                "mqtt",
                "kind",
                "property_post",
                "outcome",
                "dropped");
    }

    /** 20 in flight, as fast as it is answered: it gets its rate and no more, and loses nothing. */
    @Test
    void aFloodAtQos1IsSlowedDownAndAnotherDeviceIsAnswered(@TempDir Path folder) throws Exception {
        var limits = new Limits().with("deviceMessages", 200).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            Mqtt3BlockingClient flooder = client(rig, DN);
            flooder.connect();
            Mqtt3AsyncClient flooding = flooder.toAsync();
            Semaphore inFlight = new Semaphore(20);
            AtomicBoolean on = new AtomicBoolean(true);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger acked = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            Thread flood =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (on.get()) {
                                            inFlight.acquireUninterruptibly();
                                            sent.incrementAndGet();
                                            flooding.publishWith()
                                                    .topic(POST)
                                                    .qos(MqttQos.AT_LEAST_ONCE)
                                                    .payload(QUIET)
                                                    .send()
                                                    .whenComplete(
                                                            (done, fault) -> {
                                                                inFlight.release();
                                                                (fault == null ? acked : failed)
                                                                        .incrementAndGet();
                                                            });
                                        }
                                    });
            long begin = System.nanoTime();
            Mqtt3BlockingClient other = client(rig, OTHER);
            other.connect();
            int answered = 0;
            while (answered < 300) {
                // Returns with the PUBACK, throws without.
                post(other, OTHER, MqttQos.AT_LEAST_ONCE);
                answered++;
                Thread.sleep(5);
            }
            on.set(false);
            flood.join();
            double seconds = (System.nanoTime() - begin) / 1e9;
            GatewayRig.await(() -> acked.get() + failed.get() == sent.get());
            System.out.printf(
                    "flooder acked %d in %.1f s, %.0f pauses; other acked %d%n",
                    acked.get(), seconds, pauses(rig), answered);
            assertThat(failed.get()).as("limited, not cut off").isZero();
            // burst 200, one second's portion ahead, and the time that the last ones took
            assertThat((double) acked.get()).isLessThan(200 * (seconds + 3));
            assertThat(pauses(rig)).as("the fault was hit").isPositive();
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(acked.get() + answered);
            assertThat(rig.count("weir.mqtt.cut")).isZero();
            flooder.disconnect();
            other.disconnect();
        }
    }

    @Test
    void aFloodAtQos0IsDroppedAndCountedAndAnotherDeviceIsAnswered(@TempDir Path folder)
            throws Exception {
        var limits = new Limits().with("deviceMessages", 50).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1);
                RawMqtt flooder = rig.device(DN)) {
            byte[] packet =
                    RawMqtt.publishPacket(
                            POST, new String(QUIET, StandardCharsets.UTF_8), 0, 0, false);
            int flood = 5_000;
            Thread sending =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < flood; i++) {
                                            flooder.send(packet);
                                        }
                                    });
            Mqtt3BlockingClient other = client(rig, OTHER);
            other.connect();
            for (int i = 0; i < 50; i++) {
                post(other, OTHER, MqttQos.AT_LEAST_ONCE);
                Thread.sleep(20);
            }
            sending.join();
            GatewayRig.await(() -> dropped(rig) + kept(rig) == flood);
            System.out.printf(
                    "flood of %d at QoS 0: %.0f kept, %.0f dropped, %.0f pauses%n",
                    flood, kept(rig), dropped(rig), pauses(rig));
            assertThat(dropped(rig)).isGreaterThan(flood / 2.0);
            assertThat(pauses(rig)).isPositive();
            assertThat(rig.lines.size()).as("nobody was cut off").isEqualTo(2);
            other.disconnect();
        }
    }

    private static double kept(GatewayRig rig) {
        return rig.log.of(FactKind.PROPERTY_POST).stream()
                .filter(e -> !e.entry().device().equals("D-0002"))
                .count();
    }

    /** The bytes of a product are bounded however many devices share them. */
    @Test
    void aProductsBytesAreSharedByItsDevices(@TempDir Path folder) {
        var limits =
                new Limits().with("productBytes", 10_000).with("deviceBytes", 1_000_000).build();
        String large =
                "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1},\"x\":\""
                        + "a".repeat(2_000)
                        + "\"}";
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 2);
                RawMqtt one = rig.device(DN);
                RawMqtt two = rig.device(OTHER)) {
            long begin = System.nanoTime();
            for (int i = 1; i <= 12; i++) {
                one.publish(POST, large, 1, i);
                two.publish(GatewayRig.topic(OTHER, "event/property/post"), large, 1, i);
            }
            for (int i = 1; i <= 12; i++) {
                assertThat(one.read().packetId()).isEqualTo(i);
                assertThat(two.read().packetId()).isEqualTo(i);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            // 49 kB, of which the burst of 10 kB and what each is in debt with come at once.
            assertThat(seconds).isGreaterThan(2);
            assertThat(pauses(rig)).isPositive();
        }
    }

    /** What lies behind a paused packet in the same read keeps its order, PINGREQ included. */
    @Test
    void packetsBehindAPauseAreAnsweredInOrder(@TempDir Path folder) {
        var limits = new Limits().with("deviceMessages", 5).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1);
                RawMqtt device = rig.device(DN)) {
            for (int i = 1; i <= 20; i++) {
                device.publish(POST, new String(QUIET, StandardCharsets.UTF_8), 1, i);
            }
            device.send(new byte[] {(byte) 0xc0, 0});
            for (int i = 1; i <= 20; i++) {
                assertThat(device.read().packetId()).isEqualTo(i);
            }
            assertThat(device.read().type()).as("PINGRESP").isEqualTo(13);
            Set<Long> epochs = new HashSet<>();
            rig.log.of(FactKind.PROPERTY_POST).forEach(e -> epochs.add(e.entry().epoch()));
            assertThat(epochs).as("one connection throughout").hasSize(1);
        }
    }

    /** The end of a paused connection is noticed and leaves nothing behind. */
    @Test
    void aPausedConnectionThatGoesIsForgotten(@TempDir Path folder) throws Exception {
        var limits = new Limits().with("deviceMessages", 1).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            try (RawMqtt device = rig.device(DN)) {
                for (int i = 1; i <= 50; i++) {
                    device.publish(POST, new String(QUIET, StandardCharsets.UTF_8), 1, i);
                }
                GatewayRig.await(() -> gauge(rig, "weir.mqtt.paused") == 1);
            }
            try (RawMqtt again = rig.device(DN)) {
                GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == 1);
                GatewayRig.await(() -> gauge(rig, "weir.mqtt.paused") == 0);
                again.publish(POST, new String(QUIET, StandardCharsets.UTF_8), 1, 7);
                assertThat(again.read().packetId()).isEqualTo(7);
            }
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(gauge(rig, "weir.mqtt.sockets")).isLessThanOrEqualTo(1);
        }
    }

    static double gauge(GatewayRig rig, String name) {
        return rig.metrics.registry().get(name).gauge().value();
    }
}
