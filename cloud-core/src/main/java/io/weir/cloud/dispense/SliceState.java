package io.weir.cloud.dispense;

/** Where a slice stands (ADR 010). REFUSED, DEBITED and RELEASED are final. */
enum SliceState {
    /** The ledger is being asked to hold its price. */
    CREATED,
    /** There was not enough money. */
    REFUSED,
    /** Its price is held; no gateway has it. */
    HELD,
    /** Bound to a journal and handed out: from here on it may be spent without our knowing. */
    SERVED,
    /** The journal says that it has it. */
    TAKEN,
    /** Spent: a dispense has the hold. */
    DEBITED,
    /** Nothing was spent of it, the ledger gives the hold back. */
    RELEASING,
    RELEASED
}
