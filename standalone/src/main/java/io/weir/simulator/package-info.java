/** Devices that are none: a fleet against a running Weir, with faults (docs/simulator.md). */
@org.jspecify.annotations.NullMarked
package io.weir.simulator;
