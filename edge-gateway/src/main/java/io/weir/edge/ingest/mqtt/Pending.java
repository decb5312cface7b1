package io.weir.edge.ingest.mqtt;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Sender;
import io.weir.edge.alink.Turn;

import org.jspecify.annotations.Nullable;

/** One publish; answered when it and all before it on its connection are settled. */
final class Pending extends Turn {
    private final MqttSession session;

    /** 0 for QoS 0. */
    final int packetId;

    /** MQTT 5: why it was refused; 0 when it was not. */
    final int reason;

    /** MQTT 5: how it is to be answered; null as ever. */
    final @Nullable Request request;

    /**
     * @param session the connection that it came over
     * @param from the device that it is of: the connection's own, or a sub-device
     */
    Pending(
            MqttSession session,
            Sender from,
            int packetId,
            AlinkTopic topic,
            @Nullable Request request) {
        this(session, from, packetId, topic, request, 0);
    }

    /** One that is answered with a reason code of MQTT 5, in its turn. */
    Pending(MqttSession session, Sender from, int packetId, AlinkTopic topic, int reason) {
        this(session, from, packetId, topic, null, reason);
    }

    private Pending(
            MqttSession session,
            Sender from,
            int packetId,
            AlinkTopic topic,
            @Nullable Request request,
            int reason) {
        super(from, topic);
        this.request = request;
        this.session = session;
        this.packetId = packetId;
        this.reason = reason;
    }

    @Override
    protected @Nullable String replyTo() {
        return request == null || request.topic() == null ? super.replyTo() : request.topic();
    }

    @Override
    protected void answer() {
        session.drain();
    }
}
