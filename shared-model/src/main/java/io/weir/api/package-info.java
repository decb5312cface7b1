/** Typed operations of each context: what one part may ask another over the bus. */
@org.jspecify.annotations.NullMarked
package io.weir.api;
