/**
 * How a context takes part in the plane of facts: one consumer per context, its marks and positions
 * in the context's own schema, every frame applied exactly once in the transaction of its effect
 * (DESIGN section 2).
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.facts;
