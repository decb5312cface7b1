package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.thing.TopicClass;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** A product's own topics, and messages on them (facts: alink.md section 6). */
public interface MessageOps {
    /** What one message carries at most: as base64 it must pass the door. */
    int PAYLOAD_BYTES = 32_768;

    Op<GetTopics, Topics> TOPICS = Op.of("devices.topics.get.v1", GetTopics.class, Topics.class);
    Op<PutTopics, Topics> PUT_TOPICS =
            Op.of("devices.topics.put.v1", PutTopics.class, Topics.class);

    /** One message to one device, on one of its own topics. */
    Op<SendMessage, Sent> SEND = Op.of("devices.message.send.v1", SendMessage.class, Sent.class);

    /** A message that the device answers at once, whatever both mean (custom RRPC). */
    Op<AskDevice, Said> ASK =
            Op.of("devices.message.ask.v1", AskDevice.class, Said.class)
                    .within(Duration.ofSeconds(12));

    /** One message to all of a product's devices that listen just now. */
    Op<Broadcast, Reached> BROADCAST =
            Op.of("devices.message.broadcast.v1", Broadcast.class, Reached.class)
                    .within(Duration.ofSeconds(12));

    record GetTopics(long productId) {}

    /**
     * @param topics none = devices may use all their own topics both ways
     */
    record PutTopics(long productId, List<TopicClass> topics) {
        public PutTopics {
            topics = List.copyOf(topics);
        }
    }

    record Topics(long productId, List<TopicClass> topics) {
        public Topics {
            topics = List.copyOf(topics);
        }
    }

    /**
     * @param topic behind {@code /{pk}/{dn}/}
     * @param text the payload as text
     * @param base64 the payload as base64; one of both
     * @param qos 0 or 1
     * @param keep whether it waits for a device that is away and has a session that lasts
     */
    record SendMessage(
            String deviceId,
            String topic,
            @Nullable String text,
            @Nullable String base64,
            int qos,
            boolean keep) {}

    /**
     * @param kept it waits for the device
     */
    record Sent(boolean kept) {}

    /**
     * @param topic behind {@code /{pk}/{dn}/}
     */
    record AskDevice(
            String deviceId, String topic, @Nullable String text, @Nullable String base64) {}

    /**
     * @param text null when the answer is no UTF-8
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Said(@Nullable String text, String base64) {}

    /**
     * @param name behind {@code /broadcast/{pk}/}
     */
    record Broadcast(long productId, String name, @Nullable String text, @Nullable String base64) {}

    /**
     * @param devices that were sent it
     * @param silent gateways that did not answer; what their devices got is not known
     */
    record Reached(int devices, List<String> silent) {}
}
