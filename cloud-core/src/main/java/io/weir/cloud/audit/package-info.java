/** The audit log: its chains of hashes, and what staff ask of it. Entries are written by all. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.audit;
