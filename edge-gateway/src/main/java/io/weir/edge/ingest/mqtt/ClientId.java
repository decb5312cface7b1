package io.weir.edge.ingest.mqtt;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * An Alink client id: {@code <cid>|k=v,k=v,..|} (facts: alink.md section 1). Keys are
 * case-insensitive, blanks and line breaks around them don't count, unknown keys are ignored.
 *
 * @param cid at most 64 characters, may be empty
 * @param method how the password was made
 * @param timestamp part of what was signed, verbatim; its age is never checked: the C SDK sends a
 *     constant of the year 2050
 * @param extRrpc the device takes synchronous calls on {@code /ext/rrpc}
 * @param random of a dynamic registration, null when it has none
 * @param authType a dynamic registration or token login, null for the usual one
 */
record ClientId(
        String cid,
        SignMethod method,
        @Nullable String timestamp,
        boolean extRrpc,
        @Nullable String random,
        @Nullable String authType) {
    private static final int MAX_CID = 64;
    private static final int MAX_EXTENSION = 1024;
    private static final int EXT_RRPC = 1;

    enum SignMethod {
        HMACMD5("HmacMD5"),
        HMACSHA1("HmacSHA1"),
        HMACSHA256("HmacSHA256");

        final String algorithm;

        SignMethod(String algorithm) {
            this.algorithm = algorithm;
        }

        static @Nullable SignMethod of(String wire) {
            String plain = wire.replace("_", "").replace("-", "").toUpperCase(Locale.ROOT);
            for (SignMethod m : values()) {
                if (m.name().equals(plain)) {
                    return m;
                }
            }
            return null;
        }
    }

    /** Null when it is malformed. */
    static @Nullable ClientId parse(String id) {
        int bar = id.indexOf('|');
        String cid = bar < 0 ? id : id.substring(0, bar);
        if (cid.length() > MAX_CID || id.length() > MAX_CID + MAX_EXTENSION) {
            return null;
        }
        if (bar >= 0 && (bar == id.length() - 1 || !id.endsWith("|"))) {
            return null;
        }
        SignMethod method = SignMethod.HMACMD5;
        String timestamp = null;
        String authType = null;
        String random = null;
        boolean extRrpc = false;
        int end = id.length() - 1;
        for (int from = bar < 0 ? end : bar + 1; from < end; ) {
            int comma = id.indexOf(',', from);
            int to = comma < 0 || comma > end ? end : comma;
            String item = id.substring(from, to).strip();
            from = to + 1;
            if (item.isEmpty()) {
                continue;
            }
            int equals = item.indexOf('=');
            if (equals < 1) {
                return null;
            }
            String value = item.substring(equals + 1).strip();
            switch (item.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                case "signmethod" -> {
                    method = SignMethod.of(value);
                    if (method == null) {
                        return null;
                    }
                }
                case "timestamp" -> timestamp = value;
                case "random" -> random = value.isEmpty() ? null : value;
                case "authtype" -> authType = value.isEmpty() ? null : value;
                case "ext" -> extRrpc = (bits(value) & EXT_RRPC) != 0;
                default -> {
                    // Statistics, versions, languages: nothing of ours.
                }
            }
        }
        return new ClientId(cid, method, timestamp, extRrpc, random, authType);
    }

    private static int bits(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
