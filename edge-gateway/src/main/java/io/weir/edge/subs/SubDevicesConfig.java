package io.weir.edge.subs;

/**
 * @param perGateway sub-devices logged in over one connection at most; 428 beyond
 * @param batch sub-devices in one login or logout message at most; 460 beyond
 * @param loginsPerSecond of one connection in the long run, and at once; 429 beyond
 */
public record SubDevicesConfig(int perGateway, int batch, int loginsPerSecond) {
    public SubDevicesConfig {
        if (perGateway < 1 || perGateway > 10_000) {
            throw new IllegalArgumentException("perGateway must be from 1 to 10000");
        }
        if (batch < 1 || batch > loginsPerSecond || loginsPerSecond > 10_000) {
            throw new IllegalArgumentException("batch, loginsPerSecond");
        }
    }
}
