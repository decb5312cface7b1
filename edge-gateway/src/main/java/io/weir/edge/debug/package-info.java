/** Watching single devices for staff who look for a fault (docs/debugging.md). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.debug;
