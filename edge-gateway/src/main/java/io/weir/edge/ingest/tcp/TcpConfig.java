package io.weir.edge.ingest.tcp;

import java.time.Duration;

/**
 * @param endpointsFile JSON file of the ports and products (docs/tcp.md); empty = no TCP
 * @param bind address to listen on; empty = the node's WEIR_BIND
 * @param plain ports without TLS are allowed on an address beyond loopback
 * @param certFile PEM certificate chain for the ports with TLS
 * @param keyFile PEM private key
 * @param maxConnections of this gateway
 * @param inFlightMax frames of one connection that wait for the journal at most; beyond, its socket
 *     is not read
 * @param outboundMax frames on their way to one device at most
 * @param registerWithin how long a socket may take to say whose it is
 * @param idle a connection over which nothing came for so long is closed (whole seconds)
 * @param connectBurst connects of one device from one address at once
 * @param connectPerMinute connects of one device from one address in the long run
 * @param epochWait how long a connection waits for its epoch before it takes 0
 */
public record TcpConfig(
        String endpointsFile,
        String bind,
        boolean plain,
        String certFile,
        String keyFile,
        int maxConnections,
        int inFlightMax,
        int outboundMax,
        Duration registerWithin,
        Duration idle,
        int connectBurst,
        int connectPerMinute,
        Duration epochWait) {
    public TcpConfig {
        check(certFile.isEmpty() == keyFile.isEmpty(), "certFile and keyFile go together");
        check(maxConnections > 0 && inFlightMax > 0 && outboundMax > 0, "limits");
        check(registerWithin.toMillis() >= 100, "registerWithin of at least 100 ms");
        check(idle.toSeconds() >= 1, "idle of at least a second");
        check(connectBurst > 0 && connectPerMinute > 0, "connectBurst, connectPerMinute");
        check(!epochWait.isNegative(), "epochWait");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
