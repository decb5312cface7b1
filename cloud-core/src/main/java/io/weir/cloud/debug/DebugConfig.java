package io.weir.cloud.debug;

/**
 * @param perDevice open sessions of one device at most
 * @param perTenant open sessions of devices of one tenant at most
 */
public record DebugConfig(int perDevice, int perTenant) {
    public DebugConfig {
        if (perDevice < 1 || perTenant < perDevice || perTenant > 10_000) {
            throw new IllegalArgumentException("1 <= perDevice <= perTenant <= 10000");
        }
    }
}
