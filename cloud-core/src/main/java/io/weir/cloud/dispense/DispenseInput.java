package io.weir.cloud.dispense;

import io.weir.model.Money;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

/** What can happen to a dispense. */
sealed interface DispenseInput {
    /** The ledger holds the money; {@code hold} is empty when there was nothing to hold. */
    record HoldDone(String hold) implements DispenseInput {}

    /** The ledger said no. */
    record HoldRefused() implements DispenseInput {}

    /** The command is about to leave: from here on only a fact of the edge may void it. */
    record CommandLeaving() implements DispenseInput {}

    /** Whoever made it is gone, or the ledger's answer was lost. */
    record Abandoned() implements DispenseInput {}

    /**
     * The edge tells.
     *
     * @param streamMs time of the stream that the fact came in
     */
    record Told(DispenseFact fact, String journal, int partition, long streamMs)
            implements DispenseInput {}

    /** The device came to rest at another gateway, where its counter stood so. */
    record Joined(CounterRange seen) implements DispenseInput {}

    /** No end is waited for any longer: stream time is over, or the gateway is lost. */
    record EndOverdue() implements DispenseInput {}

    /** The ledger has captured. */
    record Captured() implements DispenseInput {}

    /** The vendor gives something back. */
    record RefundAsked(String callersKey, Money amount, String reason) implements DispenseInput {}

    /** The ledger refused that refund. */
    record RefundRefused(Money amount) implements DispenseInput {}
}
