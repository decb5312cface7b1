/** Secrets that must be read again, sealed under a key that is not in the database. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.seal;
