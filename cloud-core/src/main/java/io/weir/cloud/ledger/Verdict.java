package io.weir.cloud.ledger;

import io.weir.model.problem.Rejected;

/** What became of one request. */
sealed interface Verdict {
    /** Done now. */
    record Posted(Decision decision) implements Verdict {}

    /**
     * Done before, under the same key with the same input.
     *
     * @param answer the JSON that was answered then
     */
    record Repeated(String answer) implements Verdict {}

    /** An expected no; nothing moved and nothing is remembered. */
    record Refused(Rejected why) implements Verdict {}

    /** A fault of ours in this one request; nothing moved. */
    record Broken(RuntimeException why) implements Verdict {}
}
