/** Firmware: packages, campaigns, offers to devices. */
@org.jspecify.annotations.NullMarked
package io.weir.api.ota;
