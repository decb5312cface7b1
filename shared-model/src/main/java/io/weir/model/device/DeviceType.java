package io.weir.model.device;

/**
 * What a device is for, and which billing scheme of products goes with it. The two
 * have different codes in the seed: metered rental is type 3 and scheme 4, vending type 4 and
 * scheme 8. What is of an unknown type or for tests is under none, scheme 0.
 */
public enum DeviceType {
    UNKNOWN(0, 0),
    SALE(1, 1),
    TIME_RENTAL(2, 2),
    METERED_RENTAL(3, 4),
    VENDING(4, 8),
    TEST(8, 0);

    private final int code;
    private final int billing;

    DeviceType(int code, int billing) {
        this.code = code;
        this.billing = billing;
    }

    /** Throws IllegalArgumentException for another code. */
    public static DeviceType of(int code) {
        for (DeviceType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("no device type " + code);
    }

    public int code() {
        return code;
    }

    /** 0 reserved, 1 sale, 2 time, 4 metering, 8 vending. */
    public int billing() {
        return billing;
    }
}
