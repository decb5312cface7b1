package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

/**
 * What a device wants to be said in its name when its connection breaks: a message on one of its
 * own topics, or, unless it pours for money, an event. A will is never journaled as anything that
 * the meter hears of.
 *
 * @param delayMs MQTT 5: not before the device has been away for so long
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record Will(AlinkTopic topic, byte[] payload, long delayMs) {
    /** Why it can't be left. */
    enum Fault {
        NONE,
        TOPIC,
        RETAIN,
        QOS
    }

    static Fault fault(MqttEndpoint endpoint, Device device, int maxBytes) {
        MqttWill will = endpoint.will();
        if (will == null || !will.isWillFlag()) {
            return Fault.NONE;
        }
        if (will.isWillRetain()) {
            return Fault.RETAIN;
        }
        if (will.getWillQos() > 1) {
            return Fault.QOS;
        }
        AlinkTopic topic = topic(will, device);
        boolean may =
                topic.kind == AlinkTopic.Kind.MESSAGE
                        || (topic.kind == AlinkTopic.Kind.EVENT_POST
                                && !device.product().dispenser());
        return may && bytes(will).length <= maxBytes ? Fault.NONE : Fault.TOPIC;
    }

    /** Null when it leaves none. */
    static @Nullable Will of(MqttEndpoint endpoint, Device device, long lifeMs) {
        MqttWill will = endpoint.will();
        if (will == null || !will.isWillFlag()) {
            return null;
        }
        long delay =
                will.getWillProperties() == null
                        ? 0
                        : 1000
                                * Terms.number(
                                        will.getWillProperties(),
                                        MqttPropertyType.WILL_DELAY_INTERVAL,
                                        0);
        // It is due when the session ends, if that is earlier.
        return new Will(topic(will, device), bytes(will), Math.min(delay, lifeMs));
    }

    /** Not when the device said goodbye, nor when the gateway goes: then it is not lost. */
    static boolean due(String reason) {
        return !reason.equals("disconnect") && !reason.equals("gateway stopping");
    }

    /** Said now, or when the device has not come back in time; on the session's loop. */
    void leave(MqttSession session, MqttLoop loop) {
        if (delayMs == 0) {
            session.bequeath(topic, payload);
            return;
        }
        String device = session.device().deviceId();
        loop.vertx.setTimer(
                delayMs,
                t -> {
                    if (loop.shared.lines.find(device) == null) {
                        session.bequeath(topic, payload);
                    }
                });
    }

    private static AlinkTopic topic(MqttWill will, Device device) {
        return AlinkTopic.of(will.getWillTopic(), device);
    }

    private static byte[] bytes(MqttWill will) {
        byte[] bytes = will.getWillMessageBytes();
        return bytes == null ? new byte[0] : bytes;
    }
}
