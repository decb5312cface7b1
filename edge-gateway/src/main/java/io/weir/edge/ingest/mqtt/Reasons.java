package io.weir.edge.ingest.mqtt;

/** Reason codes of MQTT 5 (section 2.4) that we give; docs/mqtt.md has the table. */
final class Reasons {
    static final int MALFORMED = 0x81;
    static final int PROTOCOL_ERROR = 0x82;
    static final int NOT_AUTHORIZED = 0x87;
    static final int SERVER_SHUTTING_DOWN = 0x8b;
    static final int KEEP_ALIVE_TIMEOUT = 0x8d;
    static final int TAKEN_OVER = 0x8e;
    static final int TOPIC_NAME_INVALID = 0x90;
    static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    static final int TOPIC_ALIAS_INVALID = 0x94;
    static final int PACKET_TOO_LARGE = 0x95;
    static final int QUOTA_EXCEEDED = 0x97;
    static final int ADMINISTRATIVE = 0x98;
    static final int RETAIN_NOT_SUPPORTED = 0x9a;
    static final int QOS_NOT_SUPPORTED = 0x9b;
    static final int USE_ANOTHER_SERVER = 0x9c;

    private Reasons() {}

    /** What a device is told that did nothing wrong; 0 when nobody is there to be told. */
    static int of(String reason) {
        return switch (reason) {
            case "disconnect", "connection closed", "connection lost" -> 0;
            case "taken over" -> TAKEN_OVER;
            case "keep-alive timeout" -> KEEP_ALIVE_TIMEOUT;
            case "gateway stopping" -> SERVER_SHUTTING_DOWN;
            default -> ADMINISTRATIVE;
        };
    }
}
