package io.weir.edge.http;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a content a request wants (RFC 9110, section 14). One range only: whoever asks for
 * several gets the whole, as do those who ask in a way that nobody understands.
 *
 * @param from first byte
 * @param length 0 only for an empty whole
 * @param status 200, 206, or 416 when the content ends before the range begins
 */
record ByteRange(long from, long length, int status) {
    static final int WHOLE = 200;
    static final int PART = 206;
    static final int OUTSIDE = 416;

    private static final Pattern ONE =
            Pattern.compile("bytes\\s*=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})\\s*");

    /**
     * @param range the header's value; null when there is none
     */
    static ByteRange of(@Nullable String range, long size) {
        ByteRange whole = new ByteRange(0, size, WHOLE);
        Matcher match = range == null ? null : ONE.matcher(range);
        if (match == null || !match.matches()) {
            return whole;
        }
        String first = match.group(1);
        String last = match.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? whole : suffix(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return whole;
        }
        return from >= size
                ? new ByteRange(0, 0, OUTSIDE)
                : new ByteRange(from, to - from + 1, PART);
    }

    private static ByteRange suffix(long wanted, long size) {
        long length = Math.min(wanted, size);
        return length == 0
                ? new ByteRange(0, 0, OUTSIDE)
                : new ByteRange(size - length, length, PART);
    }
}
