package io.weir.e2e;

/**
 * A dispenser of the fault matrix.
 *
 * @param deviceId as the platform knows it
 * @param mode the measure mode
 * @param device the machine itself
 */
record Tap(String deviceId, int mode, DemoDevice device) {}
