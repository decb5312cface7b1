package io.weir.edge.forward;

import io.weir.edge.link.DoorLink;
import io.weir.model.fact.Lane;

/** How this gateway's frames go up, lane by lane: made anew after each failure. */
@FunctionalInterface
public interface Uplinks {
    /** Throws when there is no way at the moment; it is tried again. */
    Uplink open(String gateway, String journal, Lane lane, ForwarderConfig config);

    /** Cluster mode: a Kafka producer of the gateway's own for each lane. */
    static Uplinks kafka(String bootstrap) {
        return (gateway, journal, lane, config) ->
                new KafkaUplink(bootstrap, gateway, journal, lane, config);
    }

    /** Remote mode: the line to the door, which all lanes share. */
    static Uplinks door(DoorLink link) {
        return (gateway, journal, lane, config) -> new DoorUplink(link.frames(journal, lane), lane);
    }
}
