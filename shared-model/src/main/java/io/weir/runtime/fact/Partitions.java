package io.weir.runtime.fact;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Which partition a device's facts go to: a stable hash, the same for ever for one topic version.
 */
public final class Partitions {
    private Partitions() {}

    public static int of(String device, int partitions) {
        CRC32C crc = new CRC32C();
        crc.update(device.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }
}
