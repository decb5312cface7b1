package io.weir.cloud.ledger;

/** HELD moves once, to one of the others, and stays there. */
enum HoldState {
    HELD,
    CAPTURED,
    RELEASED,
    EXPIRED
}
