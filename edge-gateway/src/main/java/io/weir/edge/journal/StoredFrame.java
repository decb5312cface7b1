package io.weir.edge.journal;

import io.weir.model.fact.Lane;

/**
 * A synced frame, ready for Kafka, and where it stands.
 *
 * @param segment number of its segment
 * @param offset of its first byte in the segment
 */
@SuppressWarnings("ArrayRecordComponent") // the same bytes go to disk and to Kafka; nobody compares
public record StoredFrame(
        Lane lane, int partition, long number, long segment, long offset, byte[] bytes) {}
