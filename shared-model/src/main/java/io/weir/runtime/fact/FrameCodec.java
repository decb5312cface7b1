package io.weir.runtime.fact;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Frames as bytes: the same bytes lie in a journal segment and in a Kafka record. Big-endian:
 *
 * <pre>
 * u32 length of all that follows   u32 CRC-32C of all that follows it
 * u8 version (1)   u8 lane   u16 partition   i64 number   s8 gateway   s8 journal   s8 boot   u32 entries
 * per entry: u8 kind   i64 epoch   i64 at_ms   i64 tick_ms   s8 device   s8 name   u32 payload length   payload
 * </pre>
 *
 * s8 = u8 length and that many UTF-8 bytes.
 */
public final class FrameCodec {
    public static final int HEADER_BYTES = 8;
    static final byte VERSION = 1;
    static final int NUMBER_AT = HEADER_BYTES + 4;
    private static final int ORIGIN_AT = NUMBER_AT + 8;

    private FrameCodec() {}

    public static byte[] encode(Frame f) {
        FrameWriter out =
                new FrameWriter(f.gateway(), f.journal(), f.boot(), f.lane(), f.partition());
        f.entries().forEach(out::add);
        return out.finish(f.number());
    }

    /**
     * Length of the record at {@code from} when it is whole (its checksum holds), else -1. Frames
     * and the journal's own records share this envelope.
     */
    public static int wholeAt(byte[] bytes, int from, int limit) {
        if (limit - from <= HEADER_BYTES) {
            return -1;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = in.getInt(from);
        if (length < 5 || length > limit - from - 4) {
            return -1;
        }
        boolean whole = in.getInt(from + 4) == crc(bytes, from + HEADER_BYTES, length - 4);
        return whole ? length + 4 : -1;
    }

    /** Is the record at {@code from} a frame, and not something of the journal's own? */
    public static boolean isFrame(byte[] bytes, int from) {
        return bytes[from + HEADER_BYTES] == VERSION;
    }

    /** Lane of the frame at {@code from}, as its ordinal. */
    public static int lane(byte[] bytes, int from) {
        return bytes[from + HEADER_BYTES + 1];
    }

    public static int partition(byte[] bytes, int from) {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(from + HEADER_BYTES + 2));
    }

    public static long number(byte[] bytes, int from) {
        return ByteBuffer.wrap(bytes).getLong(from + NUMBER_AT);
    }

    /** What {@link #hasOrigin} looks for: gateway and journal as a frame carries them. */
    public static byte[] origin(String gateway, String journal) {
        byte[] g = gateway.getBytes(StandardCharsets.UTF_8);
        byte[] j = journal.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + g.length + j.length)
                .put((byte) g.length)
                .put(g)
                .put((byte) j.length)
                .put(j)
                .array();
    }

    /** Is the whole frame at {@code from} one of this gateway and journal? */
    public static boolean hasOrigin(byte[] bytes, int from, byte[] origin) {
        int at = from + ORIGIN_AT;
        return bytes.length - at >= origin.length
                && Arrays.equals(bytes, at, at + origin.length, origin, 0, origin.length);
    }

    /** Who says that the frame at {@code from} is theirs: gateway, then journal. */
    public static List<String> origin(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(from + ORIGIN_AT);
        try {
            return List.of(text(in), text(in));
        } catch (BufferUnderflowException e) {
            throw new CorruptFrame("content");
        }
    }

    /** Closes a record that {@code record} holds from its ninth byte on: length and checksum. */
    public static byte[] seal(byte[] record) {
        ByteBuffer.wrap(record)
                .putInt(record.length - 4)
                .putInt(crc(record, HEADER_BYTES, record.length - HEADER_BYTES));
        return record;
    }

    /**
     * Reads one whole frame; throws {@link CorruptFrame} when length, checksum or content are
     * wrong.
     */
    public static Frame decode(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw new CorruptFrame("only " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = in.getInt();
        if (length != bytes.length - 4) {
            throw new CorruptFrame("says " + length + " bytes, has " + (bytes.length - 4));
        }
        if (in.getInt() != crc(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)) {
            throw new CorruptFrame("checksum");
        }
        try {
            return body(in);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            throw new CorruptFrame("content");
        }
    }

    private static Frame body(ByteBuffer in) {
        byte version = in.get();
        if (version != VERSION) {
            throw new CorruptFrame("version " + version);
        }
        Lane lane = Lane.values()[in.get()];
        int partition = Short.toUnsignedInt(in.getShort());
        long number = in.getLong();
        String gateway = text(in);
        String journal = text(in);
        String boot = text(in);
        int count = in.getInt();
        List<Entry> entries = new ArrayList<>(Math.min(count, 10_000));
        for (int i = 0; i < count; i++) {
            FactKind kind = FactKind.of(in.get());
            long epoch = in.getLong();
            long atMs = in.getLong();
            long tickMs = in.getLong();
            String device = text(in);
            String name = text(in);
            byte[] payload = new byte[in.getInt()];
            in.get(payload);
            entries.add(new Entry(kind, device, epoch, atMs, tickMs, name, payload));
        }
        return new Frame(gateway, journal, lane, partition, number, boot, entries);
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The bytes are not a frame. */
    public static final class CorruptFrame extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public CorruptFrame(String what) {
            super("corrupt frame: " + what);
        }
    }
}
