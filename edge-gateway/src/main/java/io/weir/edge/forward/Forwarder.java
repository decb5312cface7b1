package io.weir.edge.forward;

import io.weir.edge.journal.DiskJournal;
import io.weir.model.fact.Lane;
import io.weir.runtime.time.Time;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The three lanes on their way to Kafka. They share nothing: what blocks, breaks or fills one (a
 * topic that is missing, a record too large, a backlog of hours) leaves the others as they are.
 */
final class Forwarder {
    private final DiskJournal journal;
    private final List<LaneForwarder> lanes;
    private final long[] committed = new long[Lane.values().length];

    /**
     * @param uplinks makes a lane's way to Kafka, again after each failure
     */
    Forwarder(
            DiskJournal journal,
            Function<Lane, Uplink> uplinks,
            ForwarderConfig config,
            Time time) {
        this.journal = journal;
        this.lanes =
                Arrays.stream(Lane.values())
                        .map(
                                lane ->
                                        new LaneForwarder(
                                                lane,
                                                journal.reader(lane),
                                                () -> uplinks.apply(lane),
                                                config,
                                                time))
                        .toList();
    }

    void start() {
        lanes.forEach(LaneForwarder::start);
        journal.onCommit(this::wake);
    }

    /** Every lane takes a turn, also one that has nothing new and waits for Kafka. */
    void look() {
        lanes.forEach(LaneForwarder::look);
    }

    /** Blocks until the threads have ended. */
    void stop() {
        lanes.forEach(LaneForwarder::stop);
    }

    LaneForwarder lane(Lane lane) {
        return lanes.get(lane.ordinal());
    }

    /** Frames synced here and not acknowledged by Kafka. */
    long lag(Lane lane) {
        return journal.frames(lane) - lane(lane).acknowledgedFrames();
    }

    /** One turn of each lane; true when something was sent. */
    boolean turn() {
        boolean some = false;
        for (LaneForwarder lane : lanes) {
            some |= lane.turn();
        }
        return some;
    }

    /** On the journal's thread, after a commit: only lanes that have something new are woken. */
    private void wake() {
        for (LaneForwarder lane : lanes) {
            long frames = journal.frames(lane.lane());
            int i = lane.lane().ordinal();
            if (frames != committed[i]) {
                committed[i] = frames;
                lane.look();
            }
        }
    }
}
