package io.weir.cloud.dispense;

/** What can happen to a slice. */
sealed interface SliceInput {
    /** The ledger holds the money; {@code hold} is empty when there was nothing to hold. */
    record HoldDone(String hold) implements SliceInput {}

    /** The ledger said no. */
    record HoldRefused() implements SliceInput {}

    /** It is handed to the gateway for the first time, bound to this journal. */
    record Served(String journal, long number) implements SliceInput {}

    /** The journal has it. */
    record Taken(String journal) implements SliceInput {}

    /** The journal tells of its dispense: opened, or refused for ever. */
    record Debited(String journal) implements SliceInput {}

    /** The gateway's signed word that it was not and will not be spent. */
    record Closed(String journal) implements SliceInput {}

    /** The member wants it back. */
    record Recalled() implements SliceInput {}

    /** Its time is over. */
    record Expired() implements SliceInput {}

    /** An operator answers for it that nothing was poured, or that nobody will pay for it. */
    record Freed() implements SliceInput {}

    /** The ledger has given the hold back. */
    record ReleaseDone() implements SliceInput {}
}
