package io.weir.model.fact;

/** What a journal entry tells. The code is on disk and in Kafka: never renumber. */
public enum FactKind {
    /**
     * Payload: the params object of a property post, as the device sent it, already checked against
     * the model.
     */
    PROPERTY_POST(1),
    /** Name: the event's identifier. Payload: its output params. */
    EVENT_POST(2),
    /** Payload: {@link PresenceFact}. */
    ONLINE(3),
    /** Payload: {@link PresenceFact}. */
    OFFLINE(4),
    /** Every 10 s into every money partition: the gateway's stream time. No device, no payload. */
    GATEWAY_ALIVE(5),
    /** Name: the type of the {@link DispenseFact} in the payload. */
    DISPENSE(6),
    /** Payload: {@link ShedFact}; tells what was not kept. */
    SHED(7),
    /** Name: the type of the {@link SliceFact} in the payload. */
    SLICE(8),
    /** Name: the module, empty = the device's own firmware. Payload: {@code {"version":".."}}. */
    VERSION(9),
    /** Name: the module. Payload: {@code {"step":50,"desc":".."}}, steps as in OTA progress. */
    UPGRADE(10),
    /** Payload: the array of a log post. */
    DEVICE_LOG(11),
    /** Payload: one element of a history post; never becomes a current value. */
    HISTORY(12),
    /**
     * A message on one of the device's own topics. Name: the topic behind {@code /{pk}/{dn}/}.
     * Payload: its bytes, of any form.
     */
    MESSAGE(13);

    private final byte code;

    FactKind(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    public static FactKind of(byte code) {
        return values()[code - 1];
    }
}
