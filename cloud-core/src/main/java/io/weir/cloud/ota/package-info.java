/**
 * OTA: which device is to have which firmware, in what order, and what came of it. Decisions are
 * pure ({@code RolloutFlow}, {@code UpgradeFlow}); a step is committed before the device is told
 * (docs/ota.md).
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.ota;
