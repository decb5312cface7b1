package io.weir.api.ingest;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.fact.Lane;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a gateway asks of those who consume its facts. */
public interface IngestApi {
    /**
     * Which frames of a journal has consumer {@code consumer} applied? Put to {@code
     * MARKS.at(consumer)}: each consuming context serves its own. The gateway deletes a segment
     * when the marks of all consumers of its lane cover it.
     */
    Op<GetMarks, Marks> MARKS =
            Op.of("facts.marks.v1", GetMarks.class, Marks.class).within(Duration.ofSeconds(5));

    /** The latest values and the whole history of a device go. System only. */
    Op<ClearDevice, Done> CLEAR =
            Op.of("ingest.device.clear.v1", ClearDevice.class, Done.class)
                    .within(Duration.ofSeconds(40));

    /** Once a second: how many messages of devices were applied since the last time, by tenant. */
    Signal<Traffic> TRAFFIC = new Signal<>("ingest.traffic.v1", Traffic.class);

    /**
     * @param messages tenant path of the devices' owner -> messages
     */
    record Traffic(Map<String, Long> messages) {}

    record ClearDevice(String deviceId) {}

    record GetMarks(String gateway, String journal) {}

    record Marks(List<Mark> marks) {}

    /** Every frame up to and including {@code frame} is applied. */
    record Mark(Lane lane, int partition, long frame) {}
}
