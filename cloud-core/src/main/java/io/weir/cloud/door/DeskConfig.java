package io.weir.cloud.door;

import java.time.Duration;

/**
 * Settings of the logical verticle {@code door-desk}.
 *
 * @param keyFile file of the AES key that seals the authority's private key, relative to the data
 *     folder: the one that seals device secrets, the same on every node
 * @param certificateLife how long a gateway's certificate is good
 * @param tokenLife how long an enrolment token is good
 */
public record DeskConfig(String keyFile, Duration certificateLife, Duration tokenLife) {
    public DeskConfig {
        if (keyFile.isBlank()) {
            throw new IllegalArgumentException("keyFile must not be empty");
        }
        if (certificateLife.toHours() < 1 || certificateLife.toDays() > 825) {
            throw new IllegalArgumentException("certificateLife: PT1H..P825D");
        }
        if (tokenLife.toMinutes() < 1 || tokenLife.toDays() > 7) {
            throw new IllegalArgumentException("tokenLife: PT1M..P7D");
        }
    }
}
