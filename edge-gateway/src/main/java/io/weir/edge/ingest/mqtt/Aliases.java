package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;

import org.jspecify.annotations.Nullable;

/** The topic aliases that an MQTT 5 device has set on one connection (section 3.3.2.3.4). */
final class Aliases {
    /** Announced in CONNACK. */
    static final int MAX = 16;

    private final @Nullable String[] topics = new String[MAX + 1];

    /** The topic that is meant; null when the alias is out of bounds or was never set. */
    @Nullable String resolve(MqttPublishVariableHeader header) {
        String topic = header.topicName();
        if (!(header.properties().getProperty(MqttPropertyType.TOPIC_ALIAS.value())
                instanceof MqttProperties.IntegerProperty alias)) {
            return topic.isEmpty() ? null : topic;
        }
        int number = alias.value();
        if (number < 1 || number > MAX) {
            return null;
        }
        if (!topic.isEmpty()) {
            topics[number] = topic;
        }
        return topics[number];
    }
}
