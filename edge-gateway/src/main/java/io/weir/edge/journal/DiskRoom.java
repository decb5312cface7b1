package io.weir.edge.journal;

import io.weir.model.fact.Lane;

import java.io.IOException;

/**
 * How much the disk still takes, as of the writer's last look. Who may write when it gets scarce:
 * telemetry gives way first, then alarms, then new dispenses; what a running dispense has to tell
 * is written as long as anything can be.
 */
final class DiskRoom {
    private final Disk disk;
    private final JournalConfig config;
    private volatile long usable;

    DiskRoom(Disk disk, JournalConfig config) throws IOException {
        this.disk = disk;
        this.config = config;
        look();
    }

    void look() throws IOException {
        usable = disk.usable();
    }

    /** Bytes that may still be written. */
    long usable() {
        return usable;
    }

    /** May an entry of this lane be written? */
    boolean takes(Lane lane) {
        return usable >= config.free(lane);
    }

    /** May something begin that will write to this lane until it ends? */
    boolean begins(Lane lane) {
        return usable >= Math.max(config.free(lane), config.freeBytes() / 2);
    }
}
