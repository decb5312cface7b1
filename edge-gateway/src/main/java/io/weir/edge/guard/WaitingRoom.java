package io.weir.edge.guard;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Sockets that were accepted and have not sent their CONNECT yet: nobody knows who they are, so
 * they are counted by address. One address can't fill the room, and the sockets of TLS, whose
 * handshake is the most costly thing that a stranger can make us do, have a bound of their own.
 * Safe for any thread.
 */
public final class WaitingRoom {
    /** What becomes of a new socket. */
    public enum Verdict {
        IN,
        /** The address is banned. */
        BANNED,
        /** The address opens sockets too fast. */
        TOO_FAST,
        /** The address has too many in here. */
        ADDRESS_FULL,
        FULL,
        /** Too many TLS handshakes at a time. */
        HANDSHAKES,
        DRAINING;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final int most;
    private final int perAddress;
    private final int handshakes;
    private final Map<String, Integer> waiting = new HashMap<>();
    private int all;
    private int shaking;

    /**
     * @param most sockets at a time
     * @param perAddress of them from one address
     * @param handshakes of them over TLS
     */
    public WaitingRoom(int most, int perAddress, int handshakes) {
        this.most = most;
        this.perAddress = perAddress;
        this.handshakes = handshakes;
    }

    /** Who is let IN must {@link #leave}, once. */
    public synchronized Verdict enter(String address, boolean tls) {
        if (all >= most) {
            return Verdict.FULL;
        }
        if (tls && shaking >= handshakes) {
            return Verdict.HANDSHAKES;
        }
        if (waiting.getOrDefault(address, 0) >= perAddress) {
            return Verdict.ADDRESS_FULL;
        }
        waiting.merge(address, 1, Integer::sum);
        all++;
        shaking += tls ? 1 : 0;
        return Verdict.IN;
    }

    public synchronized void leave(String address, boolean tls) {
        waiting.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1);
        all--;
        shaking -= tls ? 1 : 0;
    }

    public synchronized int size() {
        return all;
    }

    public synchronized int handshaking() {
        return shaking;
    }

    synchronized int addresses() {
        return waiting.size();
    }
}
