/** Thing models: read from TSL, written as canonical TSL, and values held against them. */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.thing;
