package io.weir.edge.alink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** How JSON of devices is read: bounded in depth and in the length of names and numbers. */
final class DeviceJson {
    static final int MAX_ID = 256;
    private static final int MAX_NESTING = 16;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_NAME = 256;

    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxNumberLength(MAX_NUMBER)
                                    .maxNameLength(MAX_NAME)
                                    .build())
                    .build();

    private DeviceJson() {}
}
