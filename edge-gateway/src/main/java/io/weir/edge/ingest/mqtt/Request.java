package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * How an MQTT 5 device wants to be answered (section 4.10): on a topic that it names instead of the
 * one that Alink names, with what it gave to tell its requests apart.
 *
 * @param topic null = where Alink answers
 * @param correlation null = none
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares requests
record Request(@Nullable String topic, byte @Nullable [] correlation) {
    private static final int TOPIC_MAX = 256;
    private static final int CORRELATION_MAX = 128;

    /** Null when the publish says nothing of it. */
    static @Nullable Request of(MqttProperties told) {
        String topic =
                told.getProperty(MqttPropertyType.RESPONSE_TOPIC.value())
                                instanceof MqttProperties.StringProperty p
                        ? p.value()
                        : null;
        byte[] correlation =
                told.getProperty(MqttPropertyType.CORRELATION_DATA.value())
                                instanceof MqttProperties.BinaryProperty p
                        ? p.value()
                        : null;
        return topic == null && correlation == null ? null : new Request(topic, correlation);
    }

    /** A device is answered on topics that it may subscribe to, and no others. */
    boolean fair(Device device) {
        boolean fine =
                topic == null
                        || topic.length() <= TOPIC_MAX
                                && topic.indexOf('+') < 0
                                && topic.indexOf('#') < 0
                                && AlinkTopic.maySubscribe(topic, device);
        return fine && (correlation == null || correlation.length <= CORRELATION_MAX);
    }

    /**
     * @param usual where Alink answers
     */
    byte[] topicBytes(byte[] usual) {
        return topic == null ? usual : topic.getBytes(StandardCharsets.UTF_8);
    }
}
