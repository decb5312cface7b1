package io.weir.model.fact;

/**
 * One fact as the edge journals it.
 *
 * @param kind what it tells
 * @param device device_id, empty for facts of the gateway itself
 * @param epoch the connection's epoch, 0 when the edge had none from the cloud
 * @param atMs gateway wall time, ms since 1970: a label only
 * @param tickMs monotonic ms of the gateway process whose boot id the frame carries
 * @param name event identifier or dispense fact type, else empty
 * @param payload JSON as UTF-8 bytes
 */
@SuppressWarnings(
        "ArrayRecordComponent") // bytes go from socket to disk to Kafka untouched; nobody compares
// entries
public record Entry(
        FactKind kind,
        String device,
        long epoch,
        long atMs,
        long tickMs,
        String name,
        byte[] payload) {}
