package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import io.weir.edge.debug.Watch;
import io.weir.edge.downlink.Echo;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One connection's side of its device's session: subscriptions, and messages that the device
 * acknowledges. Lives on the connection's loop, apart from {@link Letterbox}.
 */
final class MqttMail implements Letterbox {
    private final Sessions sessions;
    private final MqttEndpoint endpoint;
    private final Outgoing outgoing;
    private final Terms terms;
    private final MqttConfig config;
    private final MqttEcho echo;
    private final Supplier<@Nullable Watch> watch;
    private volatile @Nullable Mailbox box;

    /**
     * @param watch of the device, if somebody watches it just now
     */
    MqttMail(
            MqttLoop loop,
            MqttEndpoint endpoint,
            Outgoing outgoing,
            Terms terms,
            Supplier<@Nullable Watch> watch) {
        this.sessions = loop.mail;
        this.endpoint = endpoint;
        this.outgoing = outgoing;
        this.terms = terms;
        this.config = loop.config;
        this.echo = new MqttEcho(loop.vertx, loop.shared.time);
        this.watch = watch;
    }

    /** The connection is the device's only one now. */
    void open(Device device) {
        Mailbox mine = sessions.open(device.deviceId(), terms.clean());
        box = mine;
        sessions.attach(mine, this, terms.lifeMs());
    }

    /** The connection is gone. Any thread. */
    void close() {
        Mailbox mine = box;
        if (mine != null) {
            sessions.detach(mine, this);
        }
        echo.lost();
    }

    /** MQTT 5: a device that goes may say anew how long its session is to last. */
    void goodbye(MqttProperties told) {
        Mailbox mine = box;
        if (mine != null && terms.v5()) {
            mine.life(Terms.lifeAtGoodbye(told, terms.lifeMs(), config));
        }
    }

    void acked(int packetId) {
        Mailbox mine = box;
        Letter letter = mine == null ? null : sessions.acked(mine, packetId);
        if (letter == null) {
            return;
        }
        echo.acked(letter);
        Watch watching = watch.get();
        if (watching != null) {
            watching.line("acknowledged", letter.topic());
        }
    }

    /** Null when the connection is not the device's one yet. */
    @Nullable Echo echo(Device device) {
        Mailbox mine = box;
        return mine == null
                ? null
                : echo.begin(
                        device,
                        (topic, payload, withinMs) ->
                                sessions.send(mine, topic, payload, withinMs));
    }

    /** SUBACK leaves when a session that lasts has it on the disk. */
    void subscribed(MqttSubscribeMessage m, Predicate<String> may) {
        Mailbox mine = box;
        if (mine == null) {
            return;
        }
        List<MqttSubAckReasonCode> codes = new ArrayList<>(m.topicSubscriptions().size());
        for (MqttTopicSubscription s : m.topicSubscriptions()) {
            codes.add(grant(mine, s, may));
        }
        sessions.note(mine).onComplete(done -> suback(m.messageId(), codes, done.succeeded()));
    }

    private static MqttSubAckReasonCode grant(
            Mailbox mine, MqttTopicSubscription s, Predicate<String> may) {
        String filter = s.topicName();
        if (filter.startsWith("$share/")) {
            return MqttSubAckReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!Filters.valid(filter)) {
            return MqttSubAckReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!may.test(filter)) {
            return MqttSubAckReasonCode.NOT_AUTHORIZED;
        }
        int qos = s.qualityOfService() == MqttQoS.AT_MOST_ONCE ? 0 : 1;
        if (!mine.subscribe(filter, qos)) {
            return MqttSubAckReasonCode.QUOTA_EXCEEDED;
        }
        return qos == 0 ? MqttSubAckReasonCode.GRANTED_QOS0 : MqttSubAckReasonCode.GRANTED_QOS1;
    }

    private void suback(int id, List<MqttSubAckReasonCode> codes, boolean noted) {
        if (!endpoint.isConnected()) {
            return;
        }
        List<MqttSubAckReasonCode> told =
                noted
                        ? codes
                        : codes.stream().map(c -> MqttSubAckReasonCode.UNSPECIFIED_ERROR).toList();
        if (terms.v5()) {
            endpoint.subscribeAcknowledge(id, told, MqttProperties.NO_PROPERTIES);
            return;
        }
        endpoint.subscribeAcknowledge(
                id,
                told.stream()
                        .map(
                                c ->
                                        switch (c) {
                                            case GRANTED_QOS0 -> MqttQoS.AT_MOST_ONCE;
                                            case GRANTED_QOS1 -> MqttQoS.AT_LEAST_ONCE;
                                            default -> MqttQoS.FAILURE;
                                        })
                        .toList());
    }

    void unsubscribed(MqttUnsubscribeMessage m) {
        Mailbox mine = box;
        if (mine == null) {
            return;
        }
        List<MqttUnsubAckReasonCode> codes =
                m.topics().stream()
                        .map(
                                filter ->
                                        mine.unsubscribe(filter)
                                                ? MqttUnsubAckReasonCode.SUCCESS
                                                : MqttUnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED)
                        .toList();
        sessions.note(mine)
                .onComplete(
                        done -> {
                            if (!endpoint.isConnected()) {
                                return;
                            }
                            if (terms.v5()) {
                                endpoint.unsubscribeAcknowledge(
                                        m.messageId(), codes, MqttProperties.NO_PROPERTIES);
                            } else {
                                endpoint.unsubscribeAcknowledge(m.messageId());
                            }
                        });
    }

    @Override
    public boolean send(Letter letter, boolean again, long nowMs) {
        if (!fits(letter.topic(), letter.payload())) {
            return false;
        }
        echo.sent(letter);
        outgoing.letter(letter, again, Math.max(1, (letter.expiresAtMs() - nowMs) / 1000));
        return true;
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        return outgoing.command(topic, payload);
    }

    @Override
    public int window() {
        return terms.window();
    }

    @Override
    public boolean fits(String topic, byte[] payload) {
        return outgoing.fits(topic.getBytes(StandardCharsets.UTF_8).length, payload.length);
    }
}
