package io.weir.edge.forward;

import io.weir.edge.link.DoorLink;

/** How this gateway's frames go up: made anew after each failure. */
@FunctionalInterface
public interface Uplinks {
    /** Throws when there is no way at the moment; it is tried again. */
    Uplink open(String gateway, String journal, ForwarderConfig config);

    /** Cluster mode: the gateway's own Kafka producer. */
    static Uplinks kafka(String bootstrap) {
        return (gateway, journal, config) -> new KafkaUplink(bootstrap, gateway, journal, config);
    }

    /** Remote mode: the line to the door. */
    static Uplinks door(DoorLink link) {
        return (gateway, journal, config) -> new DoorUplink(link.frames(journal));
    }
}
