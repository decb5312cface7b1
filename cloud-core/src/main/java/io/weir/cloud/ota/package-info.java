/**
 * OTA: which device is to have which firmware, in what order, and what came of it. So far the pure
 * decisions only ({@code RolloutFlow}, {@code UpgradeFlow}); no table, operation or fact uses them
 * yet.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.ota;
