package io.weir.cloud.dispense;

/**
 * How much time has passed in a gateway's own stream of facts: the sum of its ticks, across its
 * restarts, as far as the facts that reached us tell. An outage of the link holds it still, which
 * is why an outage is never taken for a missing end (DESIGN section 5.5). Wall clocks do not enter.
 *
 * @param boot the gateway process that the tick belongs to
 * @param tickMs the highest tick seen of that process
 * @param streamMs the time so far
 */
record StreamClock(String boot, long tickMs, long streamMs) {
    /** A stream of which nothing was seen yet. */
    static final StreamClock UNSEEN = new StreamClock("", 0, 0);

    /**
     * Reads one more fact. A new process starts its ticks anew and says nothing of how long there
     * was none: that time is not counted.
     */
    StreamClock advance(String factBoot, long factTickMs) {
        if (!factBoot.equals(boot)) {
            return new StreamClock(factBoot, factTickMs, streamMs);
        }
        return factTickMs <= tickMs
                ? this
                : new StreamClock(boot, factTickMs, streamMs + factTickMs - tickMs);
    }
}
