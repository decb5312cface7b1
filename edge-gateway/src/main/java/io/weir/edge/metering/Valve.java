package io.weir.edge.metering;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.model.dispense.OpenDispense;

/** The dispense engine's hand on a device, and its voice; nobody else may use it. */
public interface Valve {
    boolean connected(String deviceId);

    /**
     * Publishes {@code dispense} once, never again. The device's reply, or a failure with Rejected:
     * DEVICE_OFFLINE when it was not published, REPLY_TIMEOUT when it was and no reply came.
     */
    Future<CommandReply> dispense(String deviceId, OpenDispense command);

    /**
     * Publishes {@code stop}.
     *
     * @param dispenseId empty = whatever runs
     */
    Future<CommandReply> stop(String deviceId, String dispenseId);

    /**
     * Publishes {@code dispense_answer} to a device whose product has that service: why a code or
     * its button opens nothing.
     *
     * @param result a {@link QuotaAnswer}'s name
     */
    Future<CommandReply> answer(String deviceId, String result);
}
