/** Counters to millilitres, and the one end of every dispense (DESIGN section 5). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.metering;
