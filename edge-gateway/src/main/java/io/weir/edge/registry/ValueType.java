package io.weir.edge.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * The data types of a thing model (facts: alink.md section 11), checking values as they stream by.
 * Whatever passes is also fit for the cloud's strict JSON and for PostgreSQL: no duplicate keys, no
 * NUL, no half surrogates, no number beyond a double.
 */
public sealed interface ValueType {
    /**
     * Checks the value whose first token is the parser's current one.
     *
     * @return null when it is fine: then the parser stands on the value's last token; else the rule
     *     it breaks, and the parser stands somewhere inside
     */
    @Nullable String check(JsonParser p) throws IOException;

    record Int(long min, long max) implements ValueType {
        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                return "not an integer";
            }
            if (p.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                return "out of range";
            }
            long v = p.getLongValue();
            return v < min || v > max ? "out of range" : null;
        }
    }

    record Decimal(double min, double max) implements ValueType {
        private static final int MAX_DIGITS = 40;
        private static final int MAX_EXPONENT = 300;

        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (!p.currentToken().isNumeric()) {
                return "not a number";
            }
            if (p.getTextLength() > MAX_DIGITS || exponentTooLarge(p)) {
                return "out of range";
            }
            double v = p.getDoubleValue();
            return v >= min && v <= max ? null : "out of range";
        }

        /** 1e-99999 is a zero to a double and a fault to a database. */
        private static boolean exponentTooLarge(JsonParser p) throws IOException {
            char[] text = p.getTextCharacters();
            int end = p.getTextOffset() + p.getTextLength();
            int i = p.getTextOffset();
            while (i < end && text[i] != 'e' && text[i] != 'E') {
                i++;
            }
            int exponent = 0;
            for (i++; i < end; i++) {
                if (text[i] >= '0') {
                    exponent = Math.min(exponent * 10 + text[i] - '0', 1_000_000);
                }
            }
            return exponent > MAX_EXPONENT;
        }
    }

    /** Bool and enum: a small set of integers. */
    record Choice(Set<Long> keys) implements ValueType {
        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || p.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                return "not an integer";
            }
            return keys.contains(p.getLongValue()) ? null : "not one of the choices";
        }
    }

    /**
     * @param maxBytes as UTF-8
     */
    record Text(int maxBytes) implements ValueType {
        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.VALUE_STRING) {
                return "not a text";
            }
            int bytes = utf8Length(p.getTextCharacters(), p.getTextOffset(), p.getTextLength());
            if (bytes < 0) {
                return "has a character that cannot be stored";
            }
            return bytes > maxBytes ? "longer than " + maxBytes + " bytes" : null;
        }

        /** -1 for NUL and half surrogates, which PostgreSQL refuses. */
        private static int utf8Length(char[] text, int offset, int length) {
            int bytes = 0;
            for (int i = offset, end = offset + length; i < end; i++) {
                char c = text[i];
                if (c < 0x80) {
                    if (c == 0) {
                        return -1;
                    }
                    bytes++;
                } else if (c < 0x800) {
                    bytes += 2;
                } else if (!Character.isSurrogate(c)) {
                    bytes += 3;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < end
                        && Character.isLowSurrogate(text[i + 1])) {
                    bytes += 4;
                    i++;
                } else {
                    return -1;
                }
            }
            return bytes;
        }
    }

    /** UTC milliseconds as a string. */
    record Date() implements ValueType {
        private static final int MAX_DIGITS = 15;

        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.VALUE_STRING) {
                return "not a date";
            }
            int length = p.getTextLength();
            char[] text = p.getTextCharacters();
            for (int i = p.getTextOffset(), end = i + length; i < end; i++) {
                if (text[i] < '0' || text[i] > '9') {
                    return "not a date in ms";
                }
            }
            return length == 0 || length > MAX_DIGITS ? "not a date in ms" : null;
        }
    }

    record Array(int maxSize, ValueType item) implements ValueType {
        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.START_ARRAY) {
                return "not an array";
            }
            int size = 0;
            while (p.nextToken() != JsonToken.END_ARRAY) {
                if (++size > maxSize) {
                    return "more than " + maxSize + " items";
                }
                String fault = item.check(p);
                if (fault != null) {
                    return fault;
                }
            }
            return null;
        }
    }

    /** Members may be missing, none may be unknown or stand twice. */
    record Struct(Map<String, Member> members) implements ValueType {
        public record Member(int index, ValueType type) {}

        @Override
        public @Nullable String check(JsonParser p) throws IOException {
            if (p.currentToken() != JsonToken.START_OBJECT) {
                return "not an object";
            }
            return checkFrom(p, p.nextFieldName());
        }

        /** The opening brace and the first name are already read; null name = the object's end. */
        public @Nullable String checkFrom(JsonParser p, @Nullable String first) throws IOException {
            long[] seen = new long[(members.size() + 63) / 64];
            for (String name = first; name != null; name = p.nextFieldName()) {
                Member member = members.get(name);
                if (member == null) {
                    return "unknown member";
                }
                long bit = 1L << member.index;
                if ((seen[member.index / 64] & bit) != 0) {
                    return "a member stands twice";
                }
                seen[member.index / 64] |= bit;
                p.nextToken();
                String fault = member.type.check(p);
                if (fault != null) {
                    return fault;
                }
            }
            return null;
        }
    }
}
