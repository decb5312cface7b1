/**
 * Live streams: what changes reaches the pages that may see it, as server-sent events. Owns no
 * table.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.push;
