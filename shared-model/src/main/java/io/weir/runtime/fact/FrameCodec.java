package io.weir.runtime.fact;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    private static final byte VERSION = 1;

    private FrameCodec() {}

    /** Bytes that one entry takes. */
    public static int size(Entry e) {
        return 1
                + 8
                + 8
                + 8
                + 1
                + utf8(e.device()).length
                + 1
                + utf8(e.name()).length
                + 4
                + e.payload().length;
    }

    public static byte[] encode(Frame f) {
        byte[] gateway = utf8(f.gateway());
        byte[] journal = utf8(f.journal());
        byte[] boot = utf8(f.boot());
        int size =
                HEADER_BYTES
                        + 1
                        + 1
                        + 2
                        + 8
                        + 3
                        + gateway.length
                        + journal.length
                        + boot.length
                        + 4;
        for (Entry e : f.entries()) {
            size += size(e);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.position(HEADER_BYTES);
        out.put(VERSION)
                .put((byte) f.lane().ordinal())
                .putShort((short) f.partition())
                .putLong(f.number());
        put(out, gateway);
        put(out, journal);
        put(out, boot);
        out.putInt(f.entries().size());
        for (Entry e : f.entries()) {
            out.put(e.kind().code()).putLong(e.epoch()).putLong(e.atMs()).putLong(e.tickMs());
            put(out, utf8(e.device()));
            put(out, utf8(e.name()));
            out.putInt(e.payload().length).put(e.payload());
        }
        out.putInt(0, size - 4).putInt(4, crc(out.array(), HEADER_BYTES, size - HEADER_BYTES));
        return out.array();
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

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static byte[] utf8(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ByteBuffer out, byte[] s8) {
        if (s8.length > 255) {
            throw new IllegalArgumentException("name of " + s8.length + " bytes");
        }
        out.put((byte) s8.length).put(s8);
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
