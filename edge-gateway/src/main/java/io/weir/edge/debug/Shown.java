package io.weir.edge.debug;

import io.weir.api.debug.DebugApi.Form;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A payload as people read it: text with its secrets struck out, or hex digits.
 *
 * @param size bytes of the whole payload
 * @param cut only its beginning
 */
record Shown(Form form, String text, int size, boolean cut) {
    /** What is looked at of a payload: beyond it no secret is looked for, so nothing is shown. */
    private static final int LOOKED_AT = 65_536;

    /**
     * @param length bytes of the payload, from the array's beginning
     * @param size bytes of the whole payload, of which the array may hold only the beginning
     * @param most characters at most
     */
    static Shown of(byte[] payload, int length, int size, int most) {
        int looked = Math.min(length, LOOKED_AT);
        String text = text(payload, looked, looked < size);
        if (text != null) {
            String masked = Secrets.masked(text);
            boolean cut = looked < size || masked.length() > most;
            return new Shown(Form.TEXT, start(masked, most), size, cut);
        }
        int bytes = Math.min(looked, most / 2);
        String hex = HexFormat.of().formatHex(payload, 0, bytes);
        return new Shown(Form.HEX, hex, size, bytes < size);
    }

    /** Null when it is no text. One that is only a beginning may end within a character. */
    private static @org.jspecify.annotations.Nullable String text(
            byte[] payload, int length, boolean beginning) {
        int end = length;
        for (int back = 0; back < 4 && end > 0; back++, end--) {
            try {
                String text =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(payload, 0, end))
                                .toString();
                return printable(text) ? text : null;
            } catch (CharacterCodingException e) {
                if (!beginning) {
                    return null;
                }
            }
        }
        return length == 0 ? "" : null;
    }

    /** Bytes that happen to be UTF-8 are no text when they hold control characters. */
    private static boolean printable(String text) {
        return text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
    }

    /** Never half a character. */
    private static String start(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean half = most > 0 && Character.isHighSurrogate(text.charAt(most - 1));
        return text.substring(0, half ? most - 1 : most);
    }
}
