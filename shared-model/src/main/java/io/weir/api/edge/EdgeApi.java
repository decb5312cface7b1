package io.weir.api.edge;

import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What the cloud may ask of a gateway. Every Op is put to one gateway: {@code OP.at(gatewayId)}.
 */
public interface EdgeApi {
    /**
     * Open a valve, at most once per dispense_id. The answer is a courtesy: the truth comes as
     * facts. Asking again with the same id never publishes again, it only tells what became of it.
     */
    Op<OpenDispense, DispenseAnswer> OPEN =
            Op.of("edge.dispense.open.v1", OpenDispense.class, DispenseAnswer.class)
                    .within(Duration.ofSeconds(5));

    /** Stop a running dispense. */
    Op<StopDispense, DispenseAnswer> STOP =
            Op.of("edge.dispense.stop.v1", StopDispense.class, DispenseAnswer.class)
                    .within(Duration.ofSeconds(5));

    /**
     * What became of a dispense? A gateway that never had it journals {@code
     * Refused(NOT_PUBLISHED)} and will refuse a command that comes later: this is how a command
     * lost on the bus is settled by a fact of the edge.
     */
    Op<ResolveDispense, DispenseAnswer> RESOLVE =
            Op.of("edge.dispense.resolve.v1", ResolveDispense.class, DispenseAnswer.class)
                    .within(Duration.ofSeconds(5));

    /** Set properties of a connected device and wait for its reply. */
    Op<SetProperties, CommandReply> SET_PROPERTIES =
            Op.of("edge.command.set.v1", SetProperties.class, CommandReply.class)
                    .within(Duration.ofSeconds(10));

    /** Invoke a service of a connected device and wait for its reply. */
    Op<InvokeService, CommandReply> INVOKE =
            Op.of("edge.command.invoke.v1", InvokeService.class, CommandReply.class)
                    .within(Duration.ofSeconds(10));

    /**
     * Send a connected device an Alink request of the platform's own ({@code thing/config/push},
     * {@code thing/topo/change} ..) and wait for its reply when one is wanted. Never a service or a
     * property: those have operations of their own, which check rights and thing model.
     */
    Op<DeviceRequest, CommandReply> REQUEST =
            Op.of("edge.command.request.v1", DeviceRequest.class, CommandReply.class)
                    .within(Duration.ofSeconds(10));

    /**
     * Publish to a device on a topic as it is: shadow, OTA push, the device's own topics. Answered
     * when it was handed to the connection, or is kept for a session that is away.
     */
    Op<Publish, Published> PUBLISH =
            Op.of("edge.command.publish.v1", Publish.class, Published.class)
                    .within(Duration.ofSeconds(5));

    /**
     * Publish on {@code /ext/rrpc/{id}/{topic}} to a connected device and wait for what it answers
     * there, whatever both mean.
     */
    Op<Ask, Said> ASK =
            Op.of("edge.command.ask.v1", Ask.class, Said.class).within(Duration.ofSeconds(10));

    /** Publish to all connected devices that have subscribed to a topic of their product. */
    Op<Broadcast, Reached> BROADCAST =
            Op.of("edge.command.broadcast.v1", Broadcast.class, Reached.class)
                    .within(Duration.ofSeconds(10));

    /**
     * Devices or products changed in the cloud: fetch the changes now instead of at the next poll.
     */
    Signal<RegistryChanged> REGISTRY_CHANGED =
            new Signal<>("edge.registry.changed.v1", RegistryChanged.class);

    /** What a gateway knows of a dispense. */
    enum Known {
        /** Not published, never will be. */
        REFUSED,
        /** Published; it may run. */
        OPEN,
        ENDED
    }

    record DispenseAnswer(
            String dispenseId, Known known, @Nullable EndReason reason, long pouredMl) {}

    record StopDispense(String dispenseId, String deviceId, EndReason reason) {}

    record ResolveDispense(String dispenseId, String deviceId) {}

    /**
     * @param paramsJson the params object as JSON text
     */
    record SetProperties(String deviceId, String paramsJson) {}

    /**
     * @param paramsJson the input params object as JSON text
     */
    record InvokeService(String deviceId, String service, String paramsJson) {}

    /**
     * @param code the device's own code, 200 is success
     */
    record CommandReply(int code, String dataJson, String message) {}

    /**
     * @param path of the topic behind {@code /sys/{pk}/{dn}/}, e.g. {@code thing/config/push}; the
     *     method is made of it
     * @param paramsJson the params, an object or an array
     * @param awaitReply false = the answer comes at once with code 200 when it was sent
     */
    record DeviceRequest(String deviceId, String path, String paramsJson, boolean awaitReply) {}

    /**
     * @param topic the whole topic
     * @param qos 0 or 1
     * @param keep whether a QoS 1 message waits for a persistent session that is away
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Publish(String deviceId, String topic, byte[] payload, int qos, boolean keep) {}

    /**
     * @param kept it waits for the device; else it was handed to its connection
     */
    record Published(boolean kept) {}

    /**
     * @param topic the whole topic, e.g. {@code /{pk}/{dn}/user/question}
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Ask(String deviceId, String topic, byte[] payload) {}

    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Said(byte[] payload) {}

    /**
     * @param tenant path; only devices of this tenant and below get it
     * @param name behind {@code /broadcast/{pk}/}
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Broadcast(String productKey, String tenant, String name, byte[] payload) {}

    /**
     * @param devices that were sent it
     */
    record Reached(int devices) {}

    record RegistryChanged(long version) {}
}
