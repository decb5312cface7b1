package io.weir.edge.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.weir.edge.ingest.mqtt.MqttMeters.Connect;

import java.util.Locale;

/** How CONNACK says no, in MQTT 3 and 5 (docs/mqtt.md has the table). */
final class Refusals {
    private Refusals() {}

    static MqttConnectReturnCode of(Connect why, boolean v5) {
        return switch (why) {
            case MALFORMED, KEEP_ALIVE ->
                    v5
                            ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
                            : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
            case TOO_MANY, TOO_OFTEN, CANNOT_TELL, BANNED, OWNER_TOO_FAST, OVERLOADED, DRAINING ->
                    v5 ? notNow(why) : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
            case CREDENTIALS,
                    CERTIFICATE,
                    UNKNOWN_DEVICE,
                    NOT_USABLE,
                    TLS_REQUIRED,
                    WILL,
                    REGISTERED,
                    ACCEPTED ->
                    v5
                            ? MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
                            : MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
        };
    }

    /** MQTT 3 has no word for a will that is not taken: "not authorised" comes nearest. */
    static MqttConnectReturnCode of(Will.Fault fault, boolean v5) {
        if (!v5) {
            return MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
        }
        return switch (fault) {
            case RETAIN -> MqttConnectReturnCode.CONNECTION_REFUSED_RETAIN_NOT_SUPPORTED;
            case QOS -> MqttConnectReturnCode.CONNECTION_REFUSED_QOS_NOT_SUPPORTED;
            case TOPIC, NONE -> MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID;
        };
    }

    /** For the reason string of MQTT 5. */
    static String word(Connect why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** MQTT 5 tells apart what 3.1.1 calls "unavailable". */
    private static MqttConnectReturnCode notNow(Connect why) {
        return switch (why) {
            case TOO_OFTEN -> MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED;
            case TOO_MANY, OWNER_TOO_FAST ->
                    MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED;
            case BANNED -> MqttConnectReturnCode.CONNECTION_REFUSED_BANNED;
            case OVERLOADED -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY;
            case DRAINING -> MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER;
            default -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5;
        };
    }
}
