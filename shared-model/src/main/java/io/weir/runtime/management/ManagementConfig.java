package io.weir.runtime.management;

/** Where health and metrics are served. */
public record ManagementConfig(int port, String bind) {
    public ManagementConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0..65535");
        }
    }
}
