package io.weir.cloud.sharing;

/**
 * Settings of the sharing context.
 *
 * @param shares of one device, offers included
 * @param devices bound to one member
 * @param groups of one member
 * @param members of one group, and devices of one group
 */
public record SharingConfig(int shares, int devices, int groups, int members) {
    public SharingConfig {
        if (shares < 1 || devices < 1 || groups < 1 || members < 1 || members > 200) {
            throw new IllegalArgumentException(
                    "shares, devices and groups must be positive, members 1..200");
        }
    }
}
