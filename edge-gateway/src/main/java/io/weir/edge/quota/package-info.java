/**
 * What the gateway may sell without the cloud: slices, codes, and when the clock may be believed.
 */
@org.jspecify.annotations.NullMarked
package io.weir.edge.quota;
