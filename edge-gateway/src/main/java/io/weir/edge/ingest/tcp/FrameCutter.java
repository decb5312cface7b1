package io.weir.edge.ingest.tcp;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Cuts one connection's bytes into frames. However the network splits the stream, the frames are
 * the same. Pure; holds at most one unfinished frame and what was added last.
 */
final class FrameCutter {
    private static final int BYTE = 0xff;

    private final Framing framing;
    private final int maxBytes;
    private byte[] held = new byte[0];
    private int from;

    /** Bytes behind {@link #from} in which no delimiter begins. */
    private int searched;

    /**
     * @param maxBytes of a frame; a longer one is a fault
     */
    FrameCutter(Framing framing, int maxBytes) {
        this.framing = framing;
        this.maxBytes = maxBytes;
    }

    /**
     * Take out all frames by {@link #next} before more is added: that is what bounds the memory.
     */
    void add(byte[] bytes) {
        byte[] joined = Arrays.copyOfRange(held, from, held.length + bytes.length);
        System.arraycopy(bytes, 0, joined, held.length - from, bytes.length);
        held = joined;
        from = 0;
    }

    /** The next whole frame; null when there is none yet. */
    byte @Nullable [] next() throws BadFrame {
        return switch (framing) {
            case Framing.Length f -> byLength(f);
            case Framing.Delimiter f -> byDelimiter(f.bytes());
            case Framing.Fixed f -> take(f.size(), 0);
            case Framing.Gap f -> {
                bounded();
                yield null;
            }
        };
    }

    /** Nothing came for the framing's gap: what is there is a frame. Null when nothing is there. */
    byte @Nullable [] gap() throws BadFrame {
        bounded();
        return size() == 0 || !(framing instanceof Framing.Gap) ? null : take(size(), 0);
    }

    int size() {
        return held.length - from;
    }

    private byte @Nullable [] byLength(Framing.Length f) throws BadFrame {
        if (size() < f.header()) {
            return null;
        }
        long length = f.header() + field(f) + f.adjust();
        if (length < f.header() || length > maxBytes) {
            throw new BadFrame("a frame of " + length + " bytes");
        }
        return take((int) length, 0);
    }

    private long field(Framing.Length f) {
        long value = 0;
        for (int i = 0; i < f.width(); i++) {
            int at = f.littleEndian() ? f.width() - 1 - i : i;
            value = value << Byte.SIZE | held[from + f.offset() + at] & BYTE;
        }
        return value;
    }

    private byte @Nullable [] byDelimiter(byte[] end) throws BadFrame {
        for (; searched + end.length <= size(); searched++) {
            int at = from + searched;
            if (Arrays.equals(held, at, at + end.length, end, 0, end.length)) {
                if (searched > maxBytes) {
                    throw tooLong();
                }
                byte[] frame = take(searched, end.length);
                searched = 0;
                return frame;
            }
        }
        if (searched > maxBytes) {
            throw tooLong();
        }
        return null;
    }

    private void bounded() throws BadFrame {
        if (size() > maxBytes) {
            throw tooLong();
        }
    }

    private BadFrame tooLong() {
        return new BadFrame("a frame of more than " + maxBytes + " bytes");
    }

    private byte @Nullable [] take(int size, int end) {
        if (size() < size + end) {
            return null;
        }
        byte[] frame = Arrays.copyOfRange(held, from, from + size);
        from += size + end;
        return frame;
    }
}
