package io.weir.model.grant;

/** What stands behind a grant. The mechanism is the same for all; WALLET is what exists now. */
public enum GrantKind {
    /** Money of the member's wallet, held by the ledger. */
    WALLET
}
