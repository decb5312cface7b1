package io.weir.model.grant;

/**
 * A gateway's word that a slice was not spent and never will be: the only word on which the cloud
 * gives its money back by itself.
 *
 * @param reason EXPIRED, RECALLED, or UNUSED when it was never taken or is told again
 */
public record Statement(
        String gateway,
        String journal,
        String grant,
        long number,
        String dispenseId,
        String reason) {
    /** What the gateway signs. */
    public String words() {
        return String.join(
                "\n",
                "weir closing statement 1",
                gateway,
                journal,
                grant,
                String.valueOf(number),
                dispenseId,
                reason);
    }
}
