/** Files that devices upload. */
@org.jspecify.annotations.NullMarked
package io.weir.api.files;
