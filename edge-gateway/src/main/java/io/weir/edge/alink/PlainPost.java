package io.weir.edge.alink;

import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.Counter;
import io.weir.edge.registry.CompiledModel.PropertyCheck;
import io.weir.edge.registry.ValueType;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The short way through a property post: reads what devices really send (ASCII without escapes,
 * numbers of usual size, every value as the thing model wants it) several times as fast as a JSON
 * parser. It never says what is wrong with a post: whatever it does not take is left to {@link
 * PostReader}, and what it takes means the same there (PlainPostTest compares the two).
 */
final class PlainPost {
    private static final int MAX_ID = 256;
    private static final int MAX_NAME = 256;
    private static final int MAX_KEYS = 200;
    private static final int MAX_DIGITS = 15;
    private static final long MAX_TIME_MS = 100_000_000_000_000L;
    private static final byte[] ID = ascii("id");
    private static final byte[] SYS = ascii("sys");
    private static final byte[] ACK = ascii("ack");
    private static final byte[] PARAMS = ascii("params");
    private static final byte[] VALUE = ascii("value");
    private static final byte[] TIME = ascii("time");

    /** Exact as doubles, so that one division of exact numbers rounds as a parser would. */
    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean unusual;
    private int nameFrom;
    private int nameTo;
    private int nameHash;
    private int fraction;
    private long[] seen = new long[1];
    private final boolean[] has = new boolean[Counter.values().length];
    private final long[] counters = new long[Counter.values().length];

    /** What was read; positions count from the array's begin. */
    boolean replyWanted;

    int idFrom;
    int idTo;
    int paramsFrom;
    int paramsTo;
    int accepted;
    @Nullable String bootId;

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    /** False when it must be read the long way; then nothing here means anything. */
    boolean read(byte[] payload, int from, int length, CompiledModel model) {
        bytes = payload;
        at = from;
        end = from + length;
        unusual = false;
        replyWanted = true;
        idFrom = 0;
        idTo = 0;
        paramsTo = 0;
        accepted = 0;
        bootId = null;
        Arrays.fill(has, false);
        envelope(model);
        return paramsTo > 0 && next() < 0 && !unusual;
    }

    /** The counters that were there, in the order of {@link Counter}. */
    void counters(boolean[] there, long[] values) {
        System.arraycopy(has, 0, there, 0, has.length);
        System.arraycopy(counters, 0, values, 0, counters.length);
    }

    private void envelope(CompiledModel model) {
        boolean sys = false;
        for (boolean more = opens(); more && name(); more = goesOn()) {
            if (named(ID)) {
                id();
            } else if (named(SYS)) {
                take(!sys);
                sys = true;
                sys();
            } else if (named(PARAMS)) {
                take(paramsTo == 0);
                next();
                paramsFrom = at;
                properties(model);
                paramsTo = at;
            } else {
                skip();
            }
        }
    }

    private void id() {
        take(idTo == 0);
        int first = next();
        idFrom = at;
        if (first == '"') {
            text();
        } else {
            number();
            take(fraction == 0);
        }
        idTo = at;
        take(idTo - idFrom <= MAX_ID);
    }

    private void sys() {
        for (boolean more = opens(); more && name(); more = goesOn()) {
            if (named(ACK)) {
                long ack = integer();
                take(Math.abs(ack) <= Integer.MAX_VALUE);
                replyWanted = ack != 0;
            } else {
                skip();
            }
        }
    }

    private void properties(CompiledModel model) {
        Arrays.fill(seen, 0);
        for (boolean more = opens(); more && name(); more = goesOn()) {
            PropertyCheck check = model.property(bytes, nameFrom, nameTo, nameHash);
            if (check == null || ++accepted > MAX_KEYS) {
                leave();
            } else {
                property(check);
            }
        }
    }

    private void property(PropertyCheck check) {
        once(check.index());
        if (next() != '{') {
            value(check);
            return;
        }
        // {"value":v,"time":ms}; a structure has braces of its own and is left to the full reader
        take(!(check.type() instanceof ValueType.Struct));
        boolean value = false;
        boolean time = false;
        for (boolean more = opens(); more && name(); more = goesOn()) {
            if (named(VALUE)) {
                take(!value);
                value = true;
                value(check);
            } else {
                take(named(TIME) && !time);
                time = true;
                long ms = integer();
                take(ms >= 0 && ms <= MAX_TIME_MS);
            }
        }
        take(value);
    }

    private void value(PropertyCheck check) {
        Counter counter = check.counter();
        switch (check.type()) {
            case ValueType.Int type -> {
                long v = integer();
                take(v >= type.min() && v <= type.max());
                counters[counter.ordinal()] = v;
            }
            case ValueType.Decimal type -> {
                double v = number() / POWERS[fraction];
                take(v >= type.min() && v <= type.max());
            }
            case ValueType.Choice type -> take(type.keys().contains(integer()));
            case ValueType.Text type -> {
                take(next() == '"');
                int from = at + 1;
                text();
                take(at - 1 - from <= type.maxBytes());
                if (counter == Counter.BOOT_ID && !unusual) {
                    bootId = new String(bytes, from, at - 1 - from, StandardCharsets.US_ASCII);
                }
            }
            case ValueType.Date _, ValueType.Array _, ValueType.Struct _ -> leave();
        }
        has[counter.ordinal()] = counter != Counter.NONE;
    }

    private void once(int index) {
        int word = index / 64;
        if (word >= seen.length) {
            seen = Arrays.copyOf(seen, word + 1);
        }
        long bit = 1L << index;
        take((seen[word] & bit) == 0);
        seen[word] |= bit;
    }

    private void take(boolean usual) {
        if (!usual) {
            leave();
        }
    }

    /** Nothing comes any more: all loops end by themselves. */
    private void leave() {
        unusual = true;
        at = end;
    }

    /** The next byte that is not white, without taking it; -1 at the end. */
    private int next() {
        while (at < end) {
            byte b = bytes[at];
            if (b > ' ') {
                return b;
            }
            at++;
            take(b == ' ' || b == '\n' || b == '\r' || b == '\t');
        }
        return -1;
    }

    private void expect(char c) {
        if (next() == c) {
            at++;
        } else {
            leave();
        }
    }

    /** Takes an opening brace; is there a first member? */
    private boolean opens() {
        expect('{');
        boolean empty = next() == '}';
        at += empty ? 1 : 0;
        return !empty;
    }

    /** Behind a member: is there another one? Else takes the closing brace. */
    private boolean goesOn() {
        if (next() == ',') {
            at++;
            return true;
        }
        expect('}');
        return false;
    }

    /** Takes a member's name and its colon; false when that is not what is there. */
    private boolean name() {
        expect('"');
        nameFrom = at;
        int hash = 0;
        int i = at;
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            hash = 31 * hash + bytes[i++];
        }
        take(i - nameFrom <= MAX_NAME);
        nameTo = i;
        nameHash = hash;
        at = unusual ? end : i;
        closed();
        expect(':');
        return !unusual;
    }

    private boolean named(byte[] word) {
        return Arrays.equals(bytes, nameFrom, nameTo, word, 0, word.length);
    }

    /** Takes a text whose opening quote is the next byte. */
    private void text() {
        int i = at + 1;
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        at = i;
        closed();
    }

    /** Takes the quote that ends a text: unlike elsewhere nothing white may stand before it. */
    private void closed() {
        if (at < end && bytes[at] == '"') {
            at++;
        } else {
            leave();
        }
    }

    private long integer() {
        long v = number();
        take(fraction == 0);
        return v;
    }

    /**
     * Takes a number.
     *
     * @return its digits as one whole number, with its sign; {@link #fraction} is how many of them
     *     stand behind the point
     */
    private long number() {
        boolean minus = next() == '-';
        int i = minus ? at + 1 : at;
        int first = i;
        int point = -1;
        long v = 0;
        for (; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                v = 10 * v + digit;
            } else if (bytes[i] == '.' && point < 0) {
                point = i;
            } else {
                break;
            }
        }
        int whole = (point < 0 ? i : point) - first;
        fraction = point < 0 ? 0 : i - point - 1;
        boolean wellFormed =
                whole > 0
                        && (whole == 1 || bytes[first] != '0')
                        && (point < 0 || fraction > 0)
                        && whole + fraction <= MAX_DIGITS;
        // 1e5, 7x: what follows decides, and the full reader knows how
        if (!wellFormed || i == end || !(bytes[i] == ',' || bytes[i] == '}' || bytes[i] <= ' ')) {
            leave();
            fraction = 0;
            return 0;
        }
        at = i;
        return minus ? -v : v;
    }

    /** Takes a value that nobody asks for. */
    private void skip() {
        if (next() == '"') {
            text();
        } else {
            number();
        }
    }
}
