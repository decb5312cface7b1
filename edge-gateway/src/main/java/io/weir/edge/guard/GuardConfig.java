package io.weir.edge.guard;

import java.time.Duration;

/**
 * The gateway's limits; what happens at each is told in docs/edge-gateway.md.
 *
 * @param acceptPerSecond sockets of one address a second in the long run
 * @param acceptBurst sockets of one address at once
 * @param waitingMax sockets that have not sent their CONNECT yet, at a time
 * @param waitingPerAddress of them from one address; half of handshakesMax at most, so that no
 *     address alone can keep the others from their handshakes
 * @param handshakesMax of them over TLS
 * @param connectsPerSecond CONNECTs of one address a second in the long run
 * @param connectsBurst CONNECTs of one address at once
 * @param productConnectsPerSecond devices of one product that come in a second in the long run
 * @param productConnectsBurst at once
 * @param tenantConnectsPerSecond devices of one tenant that come in a second in the long run
 * @param tenantConnectsBurst at once
 * @param deviceMessages publishes of one device a second in the long run
 * @param deviceBytes payload bytes of one device a second in the long run
 * @param productMessages as deviceMessages, of all devices of one product at this gateway
 * @param productBytes as deviceBytes, of all devices of one product
 * @param tenantMessages of all devices of one tenant
 * @param tenantBytes of all devices of one tenant
 * @param burstSeconds messages and bytes of so many seconds may come at once
 * @param flapsPerMinute connects of one device a minute; more, and it is banned
 * @param flapBan for so long
 * @param bansMax bans at most
 * @param loopLag an event loop that is later than this refuses connects, then reads less
 * @param loopPause how long the heaviest talkers are not read then
 * @param loopTalkers how many of them at a time
 * @param drainPerSecond connections that a draining gateway ends a second
 * @param drainWithin a stopping gateway takes so long at most, then ends all that are left
 * @param operatorTokenFile the token that management operations need; empty = none, then only
 *     callers on this machine may
 */
public record GuardConfig(
        int acceptPerSecond,
        int acceptBurst,
        int waitingMax,
        int waitingPerAddress,
        int handshakesMax,
        int connectsPerSecond,
        int connectsBurst,
        int productConnectsPerSecond,
        int productConnectsBurst,
        int tenantConnectsPerSecond,
        int tenantConnectsBurst,
        int deviceMessages,
        int deviceBytes,
        int productMessages,
        int productBytes,
        int tenantMessages,
        int tenantBytes,
        int burstSeconds,
        int flapsPerMinute,
        Duration flapBan,
        int bansMax,
        Duration loopLag,
        Duration loopPause,
        int loopTalkers,
        int drainPerSecond,
        Duration drainWithin,
        String operatorTokenFile) {
    private static final int PER_MINUTE_MAX = Integer.MAX_VALUE / 60;
    private static final long PAUSE_MAX_MS = 10_000;

    public GuardConfig {
        rate(acceptPerSecond, acceptBurst, "acceptPerSecond, acceptBurst");
        rate(connectsPerSecond, connectsBurst, "connectsPerSecond, connectsBurst");
        rate(productConnectsPerSecond, productConnectsBurst, "productConnects...");
        rate(tenantConnectsPerSecond, tenantConnectsBurst, "tenantConnects...");
        check(waitingPerAddress > 0 && waitingPerAddress <= waitingMax, "waitingPerAddress");
        check(
                waitingPerAddress <= handshakesMax / 2,
                "waitingPerAddress must be half of handshakesMax at most");
        check(deviceMessages > 0 && deviceBytes > 0, "deviceMessages, deviceBytes");
        check(productMessages > 0 && productBytes > 0, "productMessages, productBytes");
        check(tenantMessages > 0 && tenantBytes > 0, "tenantMessages, tenantBytes");
        check(burstSeconds > 0 && burstSeconds <= 60, "burstSeconds from 1 to 60");
        check(flapsPerMinute > 0 && flapBan.toSeconds() >= 1, "flapsPerMinute, flapBan");
        check(bansMax > 0 && bansMax <= 1_000_000, "bansMax");
        check(loopLag.toMillis() >= 1 && loopTalkers > 0, "loopLag, loopTalkers");
        long pause = loopPause.toMillis();
        check(pause > 0 && pause <= PAUSE_MAX_MS, "loopPause above 0 and up to 10 s");
        check(drainPerSecond > 0 && !drainWithin.isNegative(), "drainPerSecond, drainWithin");
    }

    private static void rate(int perSecond, int burst, String what) {
        check(perSecond > 0 && perSecond <= PER_MINUTE_MAX && burst > 0, what);
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
