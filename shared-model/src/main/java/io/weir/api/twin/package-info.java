/** What a device is wanted to be, its shadow, its tags, its log. */
@org.jspecify.annotations.NullMarked
package io.weir.api.twin;
