/** Server-side subscription: a tenant consumes what its devices say. */
@org.jspecify.annotations.NullMarked
package io.weir.api.subscription;
