package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.runtime.json.Json;

/**
 * A device's shadow document (facts: alink.md section 8). The two metadata objects tell by
 * top-level key when it was last written.
 *
 * @param timestamp of the last change, seconds
 */
record Shadow(
        ObjectNode reported,
        ObjectNode desired,
        ObjectNode reportedMeta,
        ObjectNode desiredMeta,
        long version,
        long timestamp) {
    static Shadow empty() {
        return new Shadow(none(), none(), none(), none(), 0, 0);
    }

    static ObjectNode none() {
        return Json.MAPPER.createObjectNode();
    }

    /** A copy that may be written to. */
    Shadow copy() {
        return new Shadow(
                reported.deepCopy(),
                desired.deepCopy(),
                reportedMeta.deepCopy(),
                desiredMeta.deepCopy(),
                version,
                timestamp);
    }

    Shadow at(long newVersion, long newTimestamp) {
        return new Shadow(reported, desired, reportedMeta, desiredMeta, newVersion, newTimestamp);
    }

    ObjectNode state() {
        ObjectNode state = none();
        state.set("reported", reported);
        state.set("desired", desired);
        return state;
    }

    ObjectNode metadata() {
        ObjectNode metadata = none();
        metadata.set("reported", reportedMeta);
        metadata.set("desired", desiredMeta);
        return metadata;
    }
}
