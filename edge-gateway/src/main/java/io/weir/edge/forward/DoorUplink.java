package io.weir.edge.forward;

import io.weir.edge.journal.StoredFrame;
import io.weir.edge.link.FrameLine;
import io.weir.model.fact.Lane;

/**
 * A lane's frames over the line to the cloud's door, which answers after Kafka's acknowledgement.
 */
final class DoorUplink implements Uplink {
    private final FrameLine line;
    private final Lane lane;

    DoorUplink(FrameLine line, Lane lane) {
        this.line = line;
        this.lane = lane;
    }

    @Override
    public void send(StoredFrame frame, Sent sent) {
        line.send(lane, frame.partition(), frame.number(), frame.bytes(), sent::done);
    }

    @Override
    public void close() {
        line.giveUp(lane);
    }
}
