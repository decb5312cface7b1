package io.weir.edge.metering;

/**
 * Does the water rest? All times are the edge's monotonic ms. Three proofs, the first two by the
 * counter:
 *
 * <ul>
 *   <li>a report sent at least {@code rest} after the last flow that shows no more;
 *   <li>the device's {@code dispense_end}, a report with it or after it, and no flow for {@code
 *       rest};
 *   <li>its word alone (also its reply to {@code stop}, which may come before the valve is shut),
 *       when no flow is seen for {@code wordGrace}.
 * </ul>
 */
final class RestWatch {
    /** How it is known that the water rests. */
    enum Rest {
        NO,
        BY_COUNTER,
        BY_WORD
    }

    private static final long NEVER = Long.MIN_VALUE / 4;

    /** A device posts its last counter and tells the end in one breath, in either order. */
    static final long ONE_BREATH_MS = 250;

    private final MeteringConfig config;
    private long askedFirst = NEVER;
    private long askedLast = NEVER;
    private long flow = NEVER;
    private long report = NEVER;
    private long quietReport = NEVER;
    private long said = NEVER;
    private long closed = NEVER;

    RestWatch(MeteringConfig config) {
        this.config = config;
    }

    /** The device was told to stop, or said itself that it does. */
    void asked(long now) {
        if (askedFirst == NEVER) {
            askedFirst = now;
        }
        askedLast = now;
    }

    /** A new connection: the time to obey begins again. */
    void unasked() {
        askedFirst = NEVER;
    }

    /** The device agreed to stop. */
    void agreed(long now) {
        if (said <= flow) {
            said = now;
        }
    }

    /** The device says that its valve is shut. */
    void closed(long now) {
        agreed(now);
        closed = Math.max(closed, now);
    }

    /**
     * @param sentAt when the device sent the report, at the latest
     * @param flowed it showed more than was known
     */
    void report(long sentAt, long now, boolean flowed) {
        report = Math.max(report, sentAt);
        if (flowed) {
            flow = Math.max(flow, now);
        } else {
            quietReport = Math.max(quietReport, sentAt);
        }
    }

    /** A report with nothing before it to compare: it may show no more and yet water flows. */
    void firstReport(long sentAt) {
        report = Math.max(report, sentAt);
    }

    boolean repeatDue(long now) {
        return now - askedLast >= config.stopRepeat().toMillis();
    }

    boolean disobeyed(long now) {
        return askedFirst != NEVER && now - askedFirst >= config.faultAfter().toMillis();
    }

    /** For a timer without a counter: only the device's word tells. */
    Rest restedByWord() {
        return said == NEVER ? Rest.NO : Rest.BY_WORD;
    }

    Rest rested(long now) {
        if (askedFirst == NEVER) {
            return Rest.NO;
        }
        long rest = config.rest().toMillis();
        if (quietReport >= Math.max(askedFirst, flow) + rest) {
            return Rest.BY_COUNTER;
        }
        if (closed != NEVER
                && report >= closed - ONE_BREATH_MS
                && now >= Math.max(closed, flow) + rest) {
            return Rest.BY_COUNTER;
        }
        long since = Math.max(Math.max(said, flow), askedFirst);
        return said != NEVER && now >= since + config.wordGrace().toMillis()
                ? Rest.BY_WORD
                : Rest.NO;
    }
}
