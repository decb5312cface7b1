/** Firmware of devices, the gateway's side (facts: alink.md section 7). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.ota;
