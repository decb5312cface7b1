package io.weir.edge.ingest.coap;

import java.time.Duration;

/**
 * @param port CoAP without encryption; 0 = none
 * @param bind address to listen on; empty = the node's WEIR_BIND
 * @param plain CoAP without encryption is allowed on an address beyond loopback
 * @param dtlsPort CoAP over DTLS with the device's secret as its key; 0 = none
 * @param payloadBytes largest payload, in one message or block by block; 4.13 beyond
 * @param inFlightMax requests of all devices that wait for their answer at most; 5.03 beyond
 * @param perDevice requests of one device that wait at most; 4.29 beyond
 * @param devicesMax devices remembered; who was silent the longest must show again who it is
 * @param tokenLife how long a token holds
 * @param datagramsPerSecond taken from the network at most, of all addresses, whose senders may be
 *     forged; the rest is dropped and counted. With the 60 s for which a message is remembered, to
 *     tell a repeated one, it bounds the memory.
 * @param dtlsConnections at most; the ones silent the longest go first
 * @param connectBurst attempts of one device from one address at once
 * @param connectPerMinute attempts of one device from one address in the long run
 * @param epochWait how long a device waits for its epoch before it takes 0
 */
public record CoapIngestConfig(
        int port,
        String bind,
        boolean plain,
        int dtlsPort,
        int payloadBytes,
        int inFlightMax,
        int perDevice,
        int devicesMax,
        Duration tokenLife,
        int datagramsPerSecond,
        int dtlsConnections,
        int connectBurst,
        int connectPerMinute,
        Duration epochWait) {
    public CoapIngestConfig {
        check(port >= 0 && port < 65_536 && dtlsPort >= 0 && dtlsPort < 65_536, "port, dtlsPort");
        check(payloadBytes >= 64 && payloadBytes <= 65_536, "payloadBytes of 64 to 65536");
        check(inFlightMax > 0 && perDevice > 0 && devicesMax > 0, "limits");
        check(tokenLife.toSeconds() >= 60, "tokenLife of at least a minute");
        check(datagramsPerSecond > 0 && dtlsConnections > 0, "limits");
        check(connectBurst > 0 && connectPerMinute > 0, "connectBurst, connectPerMinute");
        check(!epochWait.isNegative(), "epochWait");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
