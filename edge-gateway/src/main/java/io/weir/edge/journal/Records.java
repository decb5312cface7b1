package io.weir.edge.journal;

import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The journal's own records. They stand between frames in a segment, in the same envelope (length,
 * CRC-32C, then a type byte where a frame has its version), and are never forwarded.
 *
 * <pre>
 * head:       u8 0x81   u8 lane   i64 segment   s8 journal   u16 partitions   i64 last frame number, per partition; twice
 * checkpoint: u8 0x82   state of the dispense engine; twice
 * closed:     u8 0x83   i64 last frame number, per partition; twice; when the process stops in order
 * </pre>
 */
final class Records {
    private static final byte HEAD = (byte) 0x81;
    private static final byte CHECKPOINT = (byte) 0x82;
    private static final byte CLOSED = (byte) 0x83;

    /**
     * The journal's own records stand twice, so that one damaged byte never takes away a segment's
     * numbers, the engine's state, or the word that the file ends here.
     */
    private static final int COPIES = 2;

    /** A journal's id is a UUID as text. */
    private static final int ID_BYTES = 36;

    /**
     * First records of every segment. The numbers go on from here even when all older segments are
     * deleted and a partition has no frame in this one.
     *
     * @param base number of each partition's last frame before this segment
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares heads
    record Head(Lane lane, long seq, String journal, long[] base) {}

    private Records() {}

    /** What a segment begins with. */
    static byte[] heads(Lane lane, long seq, String journal, long[] base) {
        return twice(head(lane, seq, journal, base));
    }

    private static byte[] twice(byte[] record) {
        byte[] both = Arrays.copyOf(record, COPIES * record.length);
        System.arraycopy(record, 0, both, record.length, record.length);
        return both;
    }

    private static byte[] head(Lane lane, long seq, String journal, long[] base) {
        byte[] id = journal.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(headSize(id.length, base.length));
        out.position(FrameCodec.HEADER_BYTES);
        out.put(HEAD).put((byte) lane.ordinal()).putLong(seq);
        out.put((byte) id.length).put(id).putShort((short) base.length);
        for (long number : base) {
            out.putLong(number);
        }
        return FrameCodec.seal(out.array());
    }

    private static int headSize(int idLength, int partitions) {
        return FrameCodec.HEADER_BYTES + 1 + 1 + 8 + 1 + idLength + 2 + 8 * partitions;
    }

    /** Bytes at the beginning of a segment in which {@link #parseHead} looks. */
    static int headsSize(int partitions) {
        return COPIES * headSize(ID_BYTES, partitions);
    }

    /** The first whole head in the first bytes of a segment; null when no copy is whole. */
    static @Nullable Head parseHead(byte[] start, int partitions) {
        int limit = Math.min(start.length, headsSize(partitions));
        for (int at = 0; at < limit; at++) {
            int size = FrameCodec.wholeAt(start, at, limit);
            if (size > 0 && isHead(start, at)) {
                return parse(start, at, size);
            }
        }
        return null;
    }

    static boolean isHead(byte[] content, int at) {
        return content[at + FrameCodec.HEADER_BYTES] == HEAD;
    }

    private static @Nullable Head parse(byte[] content, int at, int size) {
        try {
            ByteBuffer in = ByteBuffer.wrap(content, at, size);
            in.position(at + FrameCodec.HEADER_BYTES + 1);
            Lane lane = Lane.values()[in.get()];
            long seq = in.getLong();
            byte[] journal = new byte[Byte.toUnsignedInt(in.get())];
            in.get(journal);
            long[] base = new long[Short.toUnsignedInt(in.getShort())];
            for (int i = 0; i < base.length; i++) {
                base[i] = in.getLong();
            }
            return new Head(lane, seq, new String(journal, StandardCharsets.UTF_8), base);
        } catch (BufferUnderflowException | IndexOutOfBoundsException notOurs) {
            return null;
        }
    }

    static byte[] checkpoint(byte[] state) {
        byte[] record = new byte[FrameCodec.HEADER_BYTES + 1 + state.length];
        record[FrameCodec.HEADER_BYTES] = CHECKPOINT;
        System.arraycopy(state, 0, record, FrameCodec.HEADER_BYTES + 1, state.length);
        return twice(FrameCodec.seal(record));
    }

    /** What a segment ends with when its process stops in order. */
    static byte[] closed(long[] numbers) {
        ByteBuffer out = ByteBuffer.allocate(FrameCodec.HEADER_BYTES + 1 + 8 * numbers.length);
        out.position(FrameCodec.HEADER_BYTES);
        out.put(CLOSED);
        for (long number : numbers) {
            out.putLong(number);
        }
        return twice(FrameCodec.seal(out.array()));
    }

    static boolean isClosed(byte[] content, int at) {
        return content[at + FrameCodec.HEADER_BYTES] == CLOSED;
    }

    /** Partition {@code p}'s number in the closing record at {@code at}. */
    static long closedNumber(byte[] content, int at, int p) {
        return ByteBuffer.wrap(content).getLong(at + FrameCodec.HEADER_BYTES + 1 + 8 * p);
    }

    static boolean isCheckpoint(byte[] content, int at) {
        return content[at + FrameCodec.HEADER_BYTES] == CHECKPOINT;
    }

    /** State in the checkpoint record of {@code size} bytes at {@code at}. */
    static byte[] state(byte[] content, int at, int size) {
        return Arrays.copyOfRange(content, at + FrameCodec.HEADER_BYTES + 1, at + size);
    }
}
