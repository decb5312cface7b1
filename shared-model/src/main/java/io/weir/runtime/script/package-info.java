/**
 * The data-parsing scripts of products (DESIGN section 5, ADR 014): JavaScript in a sandbox, the
 * same at the edge and in the cloud's dry run.
 */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.script;
