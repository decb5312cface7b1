package io.weir.bench;

import java.nio.charset.StandardCharsets;

/** What the devices of the load say. */
final class Payload {
    /** About 250 bytes; the water counters stand still, as in a dispenser that nobody uses. */
    static final byte[] PROPERTIES =
            ("{\"id\":\"1234567890\",\"version\":\"1.0\",\"sys\":{\"ack\":0},\"params\":{\"total_ml\":123456,\"pulse_total\":654321,\"power_on_s\":1234567,\"work_s\":34567,\"uptime_s\":76543,"
                 + "\"boot_id\":\"k3j9x0q2mz\",\"flow_ml_s\":0,\"temperature\":21.5,\"valve\":0},\"method\":\"thing.event.property.post\"}")
                    .getBytes(StandardCharsets.UTF_8);

    private Payload() {}
}
