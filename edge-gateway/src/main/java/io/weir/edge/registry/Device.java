package io.weir.edge.registry;

import io.weir.api.devices.DevicesApi.DeviceGrant;

import org.jspecify.annotations.Nullable;

/**
 * A device as the cloud granted it, with the product it is of. Immutable: a change makes a new one.
 */
public final class Device {
    private final DeviceGrant grant;
    private final Product product;

    Device(DeviceGrant grant, Product product) {
        this.grant = grant;
        this.product = product;
    }

    public String deviceId() {
        return grant.deviceId();
    }

    public String productKey() {
        return grant.productKey();
    }

    /** Tenant path of its owner; null when the cloud did not tell. */
    public @Nullable String tenant() {
        return grant.tenant();
    }

    public String deviceName() {
        return grant.deviceName();
    }

    /** The gateway device that it is a sub-device of; null when it is none. */
    public @Nullable String parent() {
        return grant.parent();
    }

    /** Never log it. */
    public String secret() {
        return grant.deviceSecret();
    }

    /** Of the token that it got when it registered without a whitelist; null when none. */
    public @Nullable String tokenHash() {
        return grant.tokenHash();
    }

    public Product product() {
        return product;
    }

    /**
     * Why it must not connect; null when it may: NOT_CONFIRMED, DISABLED, PRODUCT_DISABLED, REMOVED
     * or NO_MODEL.
     */
    public @Nullable String refusal() {
        if (!grant.usable()) {
            return grant.refusal() == null ? "DISABLED" : grant.refusal();
        }
        return product.refusal();
    }

    /** Without the secret, for logs. */
    @Override
    public String toString() {
        return "device " + deviceId();
    }
}
