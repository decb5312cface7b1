/** Signatures of facts and grants. */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.crypto;
