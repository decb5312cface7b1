/**
 * Sub-devices: devices without a connection of their own, which a gateway device logs in over its
 * own (facts: alink.md section 6). Each is a sender like any other, with epoch, presence and meter.
 */
@org.jspecify.annotations.NullMarked
package io.weir.edge.subs;
