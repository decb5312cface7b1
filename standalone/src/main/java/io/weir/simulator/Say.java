package io.weir.simulator;

import java.util.Map;

/** What a device wants to tell the platform. */
sealed interface Say {
    /** A property post (alink.md section 6). */
    record Properties(Map<String, Object> values) implements Say {}

    /** An event with its output. */
    record Event(String name, Map<String, Object> output) implements Say {}

    /**
     * The answer to a service call.
     *
     * @param id the call's, as it came
     * @param code 200, or why not (alink.md section 10)
     */
    record Answer(String service, String id, int code, Map<String, Object> data) implements Say {}
}
