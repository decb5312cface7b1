/**
 * What Weir's journal is measured against (ADR 005): the same entries, the same group commit where
 * a library leaves that to its caller, an fsync before every confirmation. {@code mvn
 * -Pjournal-bench}.
 */
package io.weir.edge.journal.choice;
