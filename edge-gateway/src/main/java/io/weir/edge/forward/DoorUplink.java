package io.weir.edge.forward;

import io.weir.edge.journal.StoredFrame;
import io.weir.edge.link.FrameLine;

/** Frames over the line to the cloud's door, which answers after Kafka's acknowledgement. */
final class DoorUplink implements Uplink {
    private final FrameLine line;

    DoorUplink(FrameLine line) {
        this.line = line;
    }

    @Override
    public void send(StoredFrame frame, Sent sent) {
        line.send(frame.lane(), frame.partition(), frame.number(), frame.bytes(), sent::done);
    }

    @Override
    public void close() {
        line.giveUp();
    }
}
