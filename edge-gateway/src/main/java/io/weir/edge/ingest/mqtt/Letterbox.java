package io.weir.edge.ingest.mqtt;

/** The connection that a mailbox is emptied into. Safe for any thread. */
interface Letterbox {
    /** Sends at QoS 1; false when it will never fit this connection. */
    boolean send(Letter letter, boolean again, long nowMs);

    /** Sends once, at QoS 0. */
    boolean publish(String topic, byte[] payload);

    /** Unacknowledged letters that the device takes at most. */
    int window();

    /** Whether a letter of this size fits into a packet that the device takes. */
    boolean fits(String topic, byte[] payload);
}
