/** Files that devices upload: piece by piece, checked at the end, read by their tenant. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.files;
