/** Debugging of single devices by staff: sessions, what was seen, the way there and back. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.debug;
