package io.weir.cloud.oms;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The OMS signature (O-003, O-047). Pure. */
final class Signature {
    /** Before that many milliseconds, in 1973, it is seconds. */
    private static final long SECONDS_BELOW = 100_000_000_000L;

    private Signature() {}

    static boolean matches(
            String method, String appId, String timestamp, String secret, String sign) {
        byte[] expected =
                method.equals("HMAC-SHA256")
                        ? hmac(secret, appId + timestamp)
                        : md5(appId + timestamp + secret);
        String hex = HexFormat.of().formatHex(expected);
        return MessageDigest.isEqual(bytes(hex), bytes(sign.toLowerCase(Locale.ROOT)));
    }

    /** The timestamp in milliseconds; empty when it is no number or out of the window. */
    static OptionalLong stamp(String timestamp, Instant now, Duration window) {
        if (!timestamp.matches("[0-9]{1,15}")) {
            return OptionalLong.empty();
        }
        long given = Long.parseLong(timestamp);
        long millis = given < SECONDS_BELOW ? given * 1000 : given;
        boolean near = Math.abs(millis - now.toEpochMilli()) <= window.toMillis();
        return near ? OptionalLong.of(millis) : OptionalLong.empty();
    }

    private static byte[] md5(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(secret), "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
