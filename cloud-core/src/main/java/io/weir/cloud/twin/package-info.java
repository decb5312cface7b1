/**
 * The device's twin: what it is wanted to be (desired properties, shadow), how it is called (tags),
 * what it logs.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.twin;
