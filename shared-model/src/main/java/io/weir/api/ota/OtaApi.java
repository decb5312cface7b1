package io.weir.api.ota;

import io.weir.api.Op;
import io.weir.api.edge.EdgeApi.Published;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Firmware on its way to a device (facts: alink.md section 7). */
public interface OtaApi {
    /**
     * Push this to a connected device; put to its gateway: {@code OFFER.at(gatewayId)}. The gateway
     * makes the address and the push of it, in the device's dialect.
     */
    Op<Offer, Published> OFFER =
            Op.of("edge.ota.offer.v1", Offer.class, Published.class).within(Duration.ofSeconds(5));

    /**
     * The answer to a device's {@code thing.ota.firmware.get} has this as its data, or nothing.
     *
     * @param packageId the content's id
     * @param module empty for the device's own firmware
     * @param size in bytes
     * @param md5 32 hex digits, small
     * @param sha256 64 hex digits, small
     * @param diff the package holds a difference, not the whole firmware
     * @param mqtt the device fetches it block by block over MQTT, not over HTTP
     * @param streamId names the content in the device's requests for blocks
     * @param extDataJson an object that is passed on to the device as it is
     */
    record Offer(
            String deviceId,
            String packageId,
            String module,
            String version,
            long size,
            String md5,
            String sha256,
            boolean diff,
            boolean mqtt,
            long streamId,
            @Nullable String extDataJson) {}
}
