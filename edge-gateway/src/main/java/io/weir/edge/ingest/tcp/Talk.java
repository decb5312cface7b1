package io.weir.edge.ingest.tcp;

import io.weir.edge.alink.Turn;

/** What is spoken on a session's socket. On its loop, except {@link #publish}. */
interface Talk {
    /** The session is the device's line. */
    void begin();

    void received(byte[] bytes);

    /** A message of the device is journaled; what was answered to it, if anything, is its reply. */
    void answered(Turn turn);

    /** There is room for more messages. */
    void more();

    /** Any thread. False when this can't be said to the device, or not now. */
    boolean publish(String topic, byte[] payload);

    void end();
}
