package io.weir.edge.ingest.mqtt;

import io.weir.edge.GatewayRig;

/** The rig's settings, but for two. */
final class MqttConfigs {
    private MqttConfigs() {}

    /**
     * @param connects of a device at once, and in a minute
     * @param keepAliveMin seconds
     */
    static MqttConfig with(int connects, int keepAliveMin) {
        MqttConfig c = GatewayRig.config();
        return new MqttConfig(
                c.port(),
                c.bind(),
                c.plain(),
                c.tlsPort(),
                c.certFile(),
                c.keyFile(),
                c.maxMessageBytes(),
                c.maxConnections(),
                c.inFlightMax(),
                c.outboundMax(),
                c.outboundBytes(),
                c.connectTimeout(),
                keepAliveMin,
                c.keepAliveMax(),
                connects,
                connects,
                c.epochWait(),
                c.wsPort(),
                c.wssPort(),
                c.clientCaFile(),
                c.clientCrlFile(),
                c.clientCertRequired(),
                c.queueMessages(),
                c.queueBytes(),
                c.queueTotalBytes(),
                c.queueKeep());
    }
}
