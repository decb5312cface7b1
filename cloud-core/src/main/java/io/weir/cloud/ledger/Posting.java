package io.weir.cloud.ledger;

/** One account receives (above zero) or gives (below zero) an amount of fen. */
record Posting(AccountRef account, long fen) {}
