package io.weir.edge.ingest.tcp;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How a product's stream of bytes is cut into frames. In the endpoints file by its {@code kind}:
 * length, delimiter, fixed or gap (docs/tcp.md).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Framing.Length.class, name = "length"),
    @JsonSubTypes.Type(value = Framing.Delimiter.class, name = "delimiter"),
    @JsonSubTypes.Type(value = Framing.Fixed.class, name = "fixed"),
    @JsonSubTypes.Type(value = Framing.Gap.class, name = "gap")
})
public sealed interface Framing {
    /** Bytes of a frame, as the device shall get them. */
    default byte[] wrap(byte[] frame) {
        return frame;
    }

    /**
     * A field of the frame says how long it is: the frame has {@code offset + width + field +
     * adjust} bytes. Frames come and go whole, with that field.
     *
     * @param offset bytes before the field
     * @param width of the field: 1, 2 or 4 bytes, unsigned
     * @param littleEndian its low byte comes first
     * @param adjust what the field doesn't count, or counts too much
     */
    record Length(int offset, int width, boolean littleEndian, int adjust) implements Framing {
        private static final int OFFSET_MAX = 256;

        public Length {
            check(offset >= 0 && offset <= OFFSET_MAX, "offset of 0 to 256");
            check(width == 1 || width == 2 || width == 4, "width of 1, 2 or 4");
            check(Math.abs((long) adjust) <= OFFSET_MAX, "adjust of -256 to 256");
        }

        int header() {
            return offset + width;
        }
    }

    /**
     * Frames end with these bytes, which are no part of them and come in none.
     *
     * @param hex one to eight bytes, e.g. {@code 0d0a}
     */
    record Delimiter(String hex) implements Framing {
        private static final int MAX = 8;

        public Delimiter {
            int size = HexFormat.of().parseHex(hex).length;
            check(size >= 1 && size <= MAX, "a delimiter of 1 to 8 bytes");
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        @Override
        public byte[] wrap(byte[] frame) {
            byte[] end = bytes();
            byte[] whole = Arrays.copyOf(frame, frame.length + end.length);
            System.arraycopy(end, 0, whole, frame.length, end.length);
            return whole;
        }
    }

    /** All frames have so many bytes. */
    record Fixed(int size) implements Framing {
        public Fixed {
            check(size > 0, "size above 0");
        }
    }

    /**
     * A frame ends when nothing follows for so long. Over networks that join and part packets it is
     * a guess: choose it well above their jitter.
     */
    record Gap(Duration gap) implements Framing {
        private static final int MAX_SECONDS = 10;

        public Gap {
            check(gap.toMillis() >= 1 && gap.toSeconds() <= MAX_SECONDS, "gap of 1 ms to 10 s");
        }
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
