package io.weir.api.configuration;

import io.weir.api.Op;
import io.weir.api.edge.EdgeApi.CommandReply;

import java.time.Duration;

/** Remote configuration on its way to a device (facts: alink.md section 6, rows config). */
public interface ConfigurationApi {
    /**
     * Push this to a connected device and wait for its reply; put to its gateway: {@code
     * OFFER.at(gatewayId)}. The gateway makes the address.
     */
    Op<Offer, CommandReply> OFFER =
            Op.of("edge.configuration.offer.v1", Offer.class, CommandReply.class)
                    .within(Duration.ofSeconds(10));

    /**
     * The answer to a device's {@code thing.config.get} has this as its data.
     *
     * @param configId the content's id
     * @param size in bytes
     * @param sha256 64 hex digits, small
     */
    record Offer(String deviceId, String configId, long size, String sha256) {}
}
