package io.weir.edge.journal;

import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The journal's own records. They stand between frames in a segment, in the same envelope (length,
 * CRC-32C, then a type byte where a frame has its version), and are never forwarded.
 *
 * <pre>
 * head:       u8 0x81   u8 lane   i64 segment   s8 journal   u16 partitions   i64 last frame number, per partition
 * checkpoint: u8 0x82   state of the dispense engine
 * </pre>
 */
final class Records {
    private static final byte HEAD = (byte) 0x81;
    private static final byte CHECKPOINT = (byte) 0x82;

    /**
     * First record of every segment. The numbers go on from here even when all older segments are
     * deleted and a partition has no frame in this one.
     *
     * @param base number of each partition's last frame before this segment
     * @param size bytes of the record
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares heads
    record Head(Lane lane, long seq, String journal, long[] base, int size) {}

    private Records() {}

    static byte[] head(Lane lane, long seq, String journal, long[] base) {
        byte[] id = journal.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(
                        FrameCodec.HEADER_BYTES + 1 + 1 + 8 + 1 + id.length + 2 + 8 * base.length);
        out.position(FrameCodec.HEADER_BYTES);
        out.put(HEAD).put((byte) lane.ordinal()).putLong(seq);
        out.put((byte) id.length).put(id).putShort((short) base.length);
        for (long number : base) {
            out.putLong(number);
        }
        return FrameCodec.seal(out.array());
    }

    /** The head at the beginning of a segment's bytes; null when there is no whole one. */
    static @Nullable Head parseHead(byte[] content) {
        int size = FrameCodec.wholeAt(content, 0, content.length);
        if (size < 0 || content[FrameCodec.HEADER_BYTES] != HEAD) {
            return null;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(content, 0, size);
            in.position(FrameCodec.HEADER_BYTES + 1);
            Lane lane = Lane.values()[in.get()];
            long seq = in.getLong();
            byte[] journal = new byte[Byte.toUnsignedInt(in.get())];
            in.get(journal);
            long[] base = new long[Short.toUnsignedInt(in.getShort())];
            for (int i = 0; i < base.length; i++) {
                base[i] = in.getLong();
            }
            return new Head(lane, seq, new String(journal, StandardCharsets.UTF_8), base, size);
        } catch (BufferUnderflowException | IndexOutOfBoundsException notOurs) {
            return null;
        }
    }

    static byte[] checkpoint(byte[] state) {
        byte[] record = new byte[FrameCodec.HEADER_BYTES + 1 + state.length];
        record[FrameCodec.HEADER_BYTES] = CHECKPOINT;
        System.arraycopy(state, 0, record, FrameCodec.HEADER_BYTES + 1, state.length);
        return FrameCodec.seal(record);
    }

    static boolean isCheckpoint(byte[] content, int at) {
        return content[at + FrameCodec.HEADER_BYTES] == CHECKPOINT;
    }

    /** State in the checkpoint record of {@code size} bytes at {@code at}. */
    static byte[] state(byte[] content, int at, int size) {
        return java.util.Arrays.copyOfRange(content, at + FrameCodec.HEADER_BYTES + 1, at + size);
    }
}
