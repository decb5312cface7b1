package io.weir.edge.metering;

import io.weir.model.time.Tick;

/**
 * When an input came: the tick decides, the wall clock bounds the gap of a restart and nothing
 * else.
 */
record Moment(Tick tick, long wallMs) {
    long ms() {
        return tick.ms();
    }
}
