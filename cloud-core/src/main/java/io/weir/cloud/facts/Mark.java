package io.weir.cloud.facts;

/**
 * How far a consumer has come with one journal of one gateway in one partition.
 *
 * @param frame the last applied one, 0 = none yet: the first frame of a journal is 1
 * @param offset where in Kafka it stood, -1 = nowhere yet
 * @param stoppedFrame lowest frame seen beyond a gap, 0 = there is no gap
 * @param stoppedOffset lowest Kafka offset passed over since the gap opened
 */
record Mark(long frame, long offset, long stoppedFrame, long stoppedOffset) {
    static final Mark NONE = new Mark(0, -1, 0, 0);

    record Key(int partition, String gateway, String journal) {}

    boolean stopped() {
        return stoppedFrame > 0;
    }

    Mark applied(long number, long at) {
        return new Mark(number, at, stoppedFrame, stoppedOffset);
    }

    Mark passedOver(long number, long at) {
        return stopped()
                ? new Mark(
                        frame, offset, Math.min(stoppedFrame, number), Math.min(stoppedOffset, at))
                : new Mark(frame, offset, number, at);
    }

    /** The hole is filled: the frame that was passed over is the next one. */
    boolean closed() {
        return stopped() && frame + 1 >= stoppedFrame;
    }

    Mark resumed() {
        return new Mark(frame, offset, 0, 0);
    }
}
