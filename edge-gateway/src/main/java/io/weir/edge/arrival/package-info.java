/** What a device does before it is in: finds its gateway, gets its secret. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.arrival;
