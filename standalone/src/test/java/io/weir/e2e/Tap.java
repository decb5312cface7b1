package io.weir.e2e;

/**
 * A dispenser of the kill test.
 *
 * @param deviceId as the platform knows it
 * @param device the machine itself
 */
record Tap(String deviceId, DemoDevice device) {}
