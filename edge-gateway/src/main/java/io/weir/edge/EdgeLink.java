package io.weir.edge;

import io.weir.edge.forward.Uplinks;
import io.weir.edge.link.CloudLink;
import io.weir.edge.link.DoorLink;

import org.jspecify.annotations.Nullable;

/**
 * The gateway's way to the cloud (DESIGN section 2).
 *
 * @param link questions, commands and signals
 * @param uplinks frames
 * @param door the line that carries both in remote mode; null in cluster mode
 */
public record EdgeLink(CloudLink link, Uplinks uplinks, @Nullable DoorLink door) {
    /**
     * Cluster mode.
     *
     * @param kafka bootstrap servers
     */
    public static EdgeLink cluster(CloudLink bus, String kafka) {
        return new EdgeLink(bus, Uplinks.kafka(kafka), null);
    }

    /** Remote mode. */
    public static EdgeLink remote(DoorLink door) {
        return new EdgeLink(door, Uplinks.door(door), door);
    }
}
