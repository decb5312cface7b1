/** Watching one device at its gateway, for staff who look for a fault. */
@org.jspecify.annotations.NullMarked
package io.weir.api.debug;
