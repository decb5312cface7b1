/**
 * The ledger: a double-entry journal of integer fen (DESIGN section 6). {@link
 * io.weir.cloud.ledger.LedgerFlow} decides, {@link io.weir.cloud.ledger.LedgerBatcher} brings many
 * requests into one database transaction, {@link io.weir.cloud.ledger.LedgerProof} checks all of it
 * again from the rows.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.ledger;
