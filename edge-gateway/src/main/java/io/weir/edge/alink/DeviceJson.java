package io.weir.edge.alink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How JSON of devices is read: as UTF-8 and nothing else, since ids and params are kept by where
 * their bytes lie; bounded in depth and in the length of names and numbers.
 */
final class DeviceJson {
    static final int MAX_ID = 256;
    private static final int MAX_NESTING = 16;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_NAME = 256;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxNumberLength(MAX_NUMBER)
                                    .maxNameLength(MAX_NAME)
                                    .build())
                    .build();

    private DeviceJson() {}

    /**
     * @throws IOException of any bytes that are no UTF-8: Jackson looks at names less closely than
     *     those who read what is kept of them
     */
    static JsonParser parser(byte[] bytes, int from, int length) throws IOException {
        if (!ascii(bytes, from, length)) {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
        }
        return FACTORY.createParser(bytes, from, length);
    }

    private static boolean ascii(byte[] bytes, int from, int length) {
        byte all = 0;
        for (int i = from; i < from + length; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }
}
