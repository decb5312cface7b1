package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.MqttEndpoint;

/**
 * What a device asked for in its CONNECT, within our bounds.
 *
 * @param v5 it speaks MQTT 5
 * @param clean it wants to begin anew
 * @param lifeMs how long its session outlives the connection; 0 = not at all
 * @param lifeCut that is less than it asked for
 * @param window unacknowledged QoS 1 messages that it takes at most
 * @param packetMax bytes of one packet that it takes at most
 * @param keepAlive seconds; MQTT 5 leaves what is out of bounds to us
 */
record Terms(
        boolean v5,
        boolean clean,
        long lifeMs,
        boolean lifeCut,
        int window,
        int packetMax,
        int keepAlive) {
    private static final int MQTT_5 = 5;
    private static final int UNLIMITED = 65_535;

    static Terms of(MqttEndpoint endpoint, MqttConfig config) {
        boolean v5 = endpoint.protocolVersion() == MQTT_5;
        long most = config.queueKeep().toMillis();
        int asked = endpoint.keepAliveTimeSeconds();
        if (!v5) {
            boolean clean = endpoint.isCleanSession();
            return new Terms(
                    false,
                    clean,
                    clean ? 0 : most,
                    false,
                    config.inFlightMax(),
                    Integer.MAX_VALUE,
                    asked);
        }
        MqttProperties told = endpoint.connectProperties();
        long life = 1000 * number(told, MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0);
        long window = number(told, MqttPropertyType.RECEIVE_MAXIMUM, UNLIMITED);
        long packet = number(told, MqttPropertyType.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
        int keepAlive =
                asked == 0
                        ? config.keepAliveMax()
                        : Math.clamp(asked, config.keepAliveMin(), config.keepAliveMax());
        return new Terms(
                true,
                endpoint.isCleanSession(),
                Math.min(life, most),
                life > most,
                (int) Math.min(window, config.inFlightMax()),
                (int) Math.min(packet, Integer.MAX_VALUE),
                keepAlive);
    }

    /**
     * The session's life as a DISCONNECT of MQTT 5 changes it, in ms; it can't be brought to life.
     */
    static long lifeAtGoodbye(MqttProperties told, long lifeMs, MqttConfig config) {
        if (lifeMs == 0) {
            return 0;
        }
        long asked = number(told, MqttPropertyType.SESSION_EXPIRY_INTERVAL, lifeMs / 1000);
        return Math.min(1000 * asked, config.queueKeep().toMillis());
    }

    /** Four bytes, unsigned. */
    static long number(MqttProperties all, MqttPropertyType type, long otherwise) {
        return all.getProperty(type.value()) instanceof MqttProperties.IntegerProperty p
                ? Integer.toUnsignedLong(p.value())
                : otherwise;
    }
}
