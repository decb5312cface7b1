package io.weir.edge.alink;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replies to devices. Compact, keys in the order id, code, message, method, version, data: the C
 * SDK scans text for the first key of a name, so nothing inside {@code data} may come before the
 * outer keys, and no message may equal a key (facts: alink.md section 0).
 */
public final class AlinkReply {
    public static final int OK = 200;
    public static final int BAD_PARAMETER = 460;
    public static final int UNKNOWN_EVENT = 5160;
    public static final int TOO_MANY_KEYS = 6106;
    public static final int NOT_JSON = 6207;

    private static final byte[] HEAD = "{\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_ID = "\"\"".getBytes(StandardCharsets.US_ASCII);
    private static final String UNSAFE = "\"\\{}[]";
    private static final Set<String> KEYS =
            Set.of("id", "code", "message", "method", "version", "data", "params");
    private static final int MAX_MESSAGE = 200;
    private static final int MAX_NAMED = 20;
    private static final int MAX_NAME = 50;

    private AlinkReply() {}

    /**
     * @param id raw JSON of the request's id, echoed as it came
     */
    public static byte[] join(byte[] id, byte[] tail) {
        byte[] echoed = id.length == 0 ? NO_ID : id;
        byte[] reply = new byte[HEAD.length + echoed.length + tail.length];
        System.arraycopy(HEAD, 0, reply, 0, HEAD.length);
        System.arraycopy(echoed, 0, reply, HEAD.length, echoed.length);
        System.arraycopy(tail, 0, reply, HEAD.length + echoed.length, tail.length);
        return reply;
    }

    /** All that follows the id. */
    public static byte[] tail(int code, String message, String method, String data) {
        return (",\"code\":"
                        + code
                        + ",\"message\":\""
                        + message
                        + "\",\"method\":\""
                        + method
                        + "\",\"version\":\"1.0\",\"data\":"
                        + data
                        + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A message that the C SDK's text scan survives: no quotes, escapes or brackets, and not the
     * name of a key.
     */
    public static String safe(String message) {
        StringBuilder out = new StringBuilder(message.length());
        for (int i = 0; i < message.length() && i < MAX_MESSAGE; i++) {
            char c = message.charAt(i);
            out.append(c < ' ' || UNSAFE.indexOf(c) >= 0 ? ' ' : c);
        }
        return KEYS.contains(message) ? out.append('.').toString() : out.toString();
    }

    static String message(int code) {
        return switch (code) {
            case OK -> "success";
            case BAD_PARAMETER -> "request parameter error";
            case UNKNOWN_EVENT -> "no such event in the thing model";
            case TOO_MANY_KEYS -> "more than 200 keys";
            case NOT_JSON -> "the payload is not a JSON object";
            default -> "error";
        };
    }

    /**
     * Names the rejected keys, those that are plain enough to be named in text, each with its first
     * fault.
     */
    static String data(List<PostReader.Fault> faults) {
        StringBuilder out = new StringBuilder("{");
        Set<String> named = new HashSet<>();
        for (PostReader.Fault f : faults) {
            if (named.size() == MAX_NAMED) {
                break;
            }
            if (nameable(f.name()) && named.add(f.name())) {
                out.append(named.size() == 1 ? "\"" : ",\"")
                        .append(f.name())
                        .append("\":\"")
                        .append(f.rule())
                        .append('"');
            }
        }
        return out.append('}').toString();
    }

    private static boolean nameable(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '_'
                            || c == ':'
                            || c == '.'
                            || c == '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
