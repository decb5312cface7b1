/**
 * Devices: products with their thing models, production batches, devices with their credentials,
 * the gateways they are assigned to and the feed those read, presence, and commands to devices.
 * Owns the schema {@code devices}; serves {@code io.weir.api.devices}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.devices;
