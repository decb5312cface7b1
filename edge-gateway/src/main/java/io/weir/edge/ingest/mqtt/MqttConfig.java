package io.weir.edge.ingest.mqtt;

import java.time.Duration;

/**
 * @param port plain MQTT; 0 = none
 * @param bind address to listen on; empty = the node's WEIR_BIND
 * @param plain plain MQTT is allowed on an address beyond loopback (WEIR_MQTT_PLAIN=1)
 * @param tlsPort MQTT over TLS; opened only when {@code certFile} is given
 * @param certFile PEM certificate chain; empty = no TLS
 * @param keyFile PEM private key
 * @param maxMessageBytes largest payload; a larger packet closes the connection
 * @param maxConnections of this gateway
 * @param inFlightMax publishes of one connection that wait for the journal at most; a QoS 1 publish
 *     beyond closes the connection, a QoS 0 one is dropped and counted
 * @param outboundMax commands on their way to one device at most
 * @param outboundBytes replies that a device has not read yet; beyond it is cut off
 * @param connectTimeout how long a socket may take to send its CONNECT (whole seconds)
 * @param keepAliveMin seconds; less is refused
 * @param keepAliveMax seconds; more, or none, is refused
 * @param connectBurst connects of one device from one address at once
 * @param connectPerMinute connects of one device from one address in the long run
 * @param epochWait how long a connection waits for its epoch before it takes 0
 * @param wsPort MQTT over WebSocket, path /mqtt; 0 = none; plain like {@code port}
 * @param wssPort MQTT over WebSocket and TLS; 0 = none; opened only when {@code certFile} is given
 * @param clientCaFile PEM certificates of those who sign device certificates; empty = none is asked
 *     for
 * @param clientCrlFile PEM list of revoked device certificates; empty = none
 * @param clientCertRequired over TLS nobody comes in without a device certificate
 * @param queueMessages QoS 1 messages that wait for one device at most; more are refused
 * @param queueBytes topics and payloads of one device's waiting messages at most
 * @param queueTotalBytes the same of all devices, which are held in memory too
 * @param queueKeep how long a session, and a message, waits for its device at most
 */
public record MqttConfig(
        int port,
        String bind,
        boolean plain,
        int tlsPort,
        String certFile,
        String keyFile,
        int maxMessageBytes,
        int maxConnections,
        int inFlightMax,
        int outboundMax,
        int outboundBytes,
        Duration connectTimeout,
        int keepAliveMin,
        int keepAliveMax,
        int connectBurst,
        int connectPerMinute,
        Duration epochWait,
        int wsPort,
        int wssPort,
        String clientCaFile,
        String clientCrlFile,
        boolean clientCertRequired,
        int queueMessages,
        int queueBytes,
        long queueTotalBytes,
        Duration queueKeep) {
    public MqttConfig {
        check(port >= 0 && port < 65_536 && tlsPort >= 0 && tlsPort < 65_536, "port, tlsPort");
        check(certFile.isEmpty() == keyFile.isEmpty(), "certFile and keyFile go together");
        check(maxMessageBytes >= 1024 && maxMessageBytes <= 1 << 24, "maxMessageBytes");
        check(maxConnections > 0 && inFlightMax > 0 && inFlightMax < 65_536, "limits");
        check(outboundMax > 0 && outboundBytes > 0, "outboundMax, outboundBytes");
        check(connectTimeout.toSeconds() >= 1, "connectTimeout of at least a second");
        check(keepAliveMin > 0 && keepAliveMin <= keepAliveMax, "keepAliveMin, keepAliveMax");
        check(connectBurst > 0 && connectPerMinute > 0, "connectBurst, connectPerMinute");
        check(!epochWait.isNegative(), "epochWait");
        check(
                wsPort >= 0 && wsPort < 65_536 && wssPort >= 0 && wssPort < 65_536,
                "wsPort, wssPort");
        check(!clientCertRequired || !clientCaFile.isEmpty(), "clientCertRequired: clientCaFile");
        check(clientCrlFile.isEmpty() || !clientCaFile.isEmpty(), "clientCrlFile: clientCaFile");
        // Packet ids are made of queue positions, so the queue must be shorter than their number.
        check(queueMessages > 0 && queueMessages < 65_536, "queueMessages");
        check(queueBytes > 0 && queueTotalBytes >= queueBytes, "queueBytes, queueTotalBytes");
        check(queueKeep.toMillis() > 0, "queueKeep");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
