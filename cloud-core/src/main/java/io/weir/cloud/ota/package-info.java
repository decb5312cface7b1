/**
 * OTA: which device is to have which firmware, in what order, and what came of it. So far the
 * decisions only ({@code RolloutFlow}, {@code UpgradeFlow}) and the message that offers a package;
 * no table and no operation uses them yet.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.ota;
