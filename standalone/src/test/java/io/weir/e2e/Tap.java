package io.weir.e2e;

/**
 * A dispenser of the kill test.
 *
 * @param deviceId as the platform knows it
 * @param mode the measure mode
 * @param device the machine itself
 */
record Tap(String deviceId, int mode, DemoDevice device) {
    /**
     * What one step of the counter is in ml, that the device is billed by: of ml, of seconds at 100
     * ml/s, of pulses. The difference of two readings may be one step more than what flowed.
     */
    long stepMl() {
        return switch (mode) {
            case 1 -> 100;
            case 2 -> 3;
            default -> 1;
        };
    }
}
