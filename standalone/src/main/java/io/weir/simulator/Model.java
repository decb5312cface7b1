package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;

/**
 * What stands behind a device's connection. It knows no network and no clock: {@code at} is
 * monotonic time in ms. For one thread.
 */
interface Model {
    int FINE = 200;
    int BUSY = 429;
    int UNKNOWN_SERVICE = 404;

    /** What it reports when it comes online, and every now and then. */
    List<Say> report(long at);

    /** A service call of the platform. */
    List<Say> command(String service, String id, JsonNode params, long at);

    /** It is {@link #nextAt} or later. */
    List<Say> wake(long at);

    /** When something happens by itself; {@link Long#MAX_VALUE} = nothing will. */
    long nextAt();

    /** No current: valves shut, nothing is said. */
    void powerLost(long at);

    /**
     * Current again, a new boot.
     *
     * @param counters false = its cumulative counters begin at zero
     */
    void powerBack(long at, boolean counters);
}
