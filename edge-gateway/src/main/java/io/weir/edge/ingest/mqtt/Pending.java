package io.weir.edge.ingest.mqtt;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Sender;
import io.weir.edge.alink.Turn;

/** One publish; answered when it and all before it on its connection are settled. */
final class Pending extends Turn {
    private final MqttSession session;

    /** 0 for QoS 0. */
    final int packetId;

    /** MQTT 5: why it was refused; 0 when it was not. */
    final int reason;

    /**
     * @param session the connection that it came over
     * @param from the device that it is of: the connection's own, or a sub-device
     */
    Pending(MqttSession session, Sender from, int packetId, AlinkTopic topic) {
        this(session, from, packetId, topic, 0);
    }

    /** One that is answered with a reason code of MQTT 5, in its turn. */
    Pending(MqttSession session, Sender from, int packetId, AlinkTopic topic, int reason) {
        super(from, topic);
        this.session = session;
        this.packetId = packetId;
        this.reason = reason;
    }

    @Override
    protected void answer() {
        session.drain();
    }
}
