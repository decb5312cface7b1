package io.weir.runtime.fact;

import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds frames in the layout of {@link FrameCodec}, entry by entry, in one buffer that is used
 * again: the journal's hot path. An entry is encoded once; a finished frame costs one copy. Not for
 * use by two threads at a time.
 */
public final class FrameWriter {
    private final int countAt;
    private final int emptySize;
    private byte[] bytes;
    private ByteBuffer view;
    private int entries;

    /** Frames of one (gateway, journal, boot, lane, partition). */
    public FrameWriter(String gateway, String journal, String boot, Lane lane, int partition) {
        bytes = new byte[4096];
        view = ByteBuffer.wrap(bytes);
        view.position(FrameCodec.HEADER_BYTES);
        view.put(FrameCodec.VERSION).put((byte) lane.ordinal()).putShort((short) partition);
        view.putLong(0);
        text(gateway);
        text(journal);
        text(boot);
        countAt = view.position();
        view.putInt(0);
        emptySize = view.position();
    }

    public boolean isEmpty() {
        return entries == 0;
    }

    /** Bytes of the frame so far. */
    public int size() {
        return view.position();
    }

    /** An upper bound of the bytes that one entry takes. */
    public static int bound(Entry e) {
        return 31 + 3 * (e.device().length() + e.name().length()) + e.payload().length;
    }

    /**
     * Throws IllegalArgumentException, and leaves the frame as it was, when a name is longer than
     * 255 bytes.
     */
    public void add(Entry e) {
        reserve(bound(e));
        int before = view.position();
        try {
            put(e);
        } catch (IllegalArgumentException tooLong) {
            view.position(before);
            throw tooLong;
        }
        entries++;
    }

    private void put(Entry e) {
        view.put(e.kind().code()).putLong(e.epoch()).putLong(e.atMs()).putLong(e.tickMs());
        text(e.device());
        text(e.name());
        view.putInt(e.payload().length).put(e.payload());
    }

    /** The whole frame; the writer is empty again. */
    public byte[] finish(long number) {
        int size = view.position();
        view.putLong(FrameCodec.NUMBER_AT, number).putInt(countAt, entries);
        byte[] frame = FrameCodec.seal(Arrays.copyOf(bytes, size));
        clear();
        return frame;
    }

    /** Forgets what was added. */
    public void clear() {
        view.position(emptySize);
        entries = 0;
    }

    private void reserve(int more) {
        int needed = view.position() + more;
        if (needed > bytes.length) {
            int position = view.position();
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
            view = ByteBuffer.wrap(bytes);
            view.position(position);
        }
    }

    /** s8; ASCII without a detour through an array. */
    private void text(String s) {
        int length = s.length();
        int at = view.position();
        for (int i = 0; i < length; i++) {
            char c = s.charAt(i);
            if (c >= 0x80) {
                wide(s);
                return;
            }
            bytes[at + 1 + i] = (byte) c;
        }
        prefix(at, length);
        view.position(at + 1 + length);
    }

    private void wide(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        prefix(view.position(), utf8.length);
        view.position(view.position() + 1);
        view.put(utf8);
    }

    private void prefix(int at, int length) {
        if (length > 255) {
            throw new IllegalArgumentException("name of " + length + " bytes");
        }
        bytes[at] = (byte) length;
    }
}
