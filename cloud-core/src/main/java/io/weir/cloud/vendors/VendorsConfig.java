package io.weir.cloud.vendors;

import java.time.ZoneId;

/**
 * Settings of the vendors context.
 *
 * @param zone time zone of a vendor that names none
 */
public record VendorsConfig(String zone) {
    public VendorsConfig {
        var unused = ZoneId.of(zone);
    }
}
