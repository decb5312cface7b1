/**
 * A dispense from the member's wish to the last fen: holds, commands, facts of the edge, settlement
 * (DESIGN sections 5 and 6). Owns schema {@code dispense}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.dispense;
