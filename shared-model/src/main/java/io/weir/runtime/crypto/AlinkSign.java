package io.weir.runtime.crypto;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Alink's signatures: fields sorted by name, names and values joined without anything between, HMAC
 * under a secret (facts: alink.md sections 1 to 3, with vectors).
 */
public enum AlinkSign {
    MD5("HmacMD5"),
    SHA1("HmacSHA1"),
    SHA256("HmacSHA256");

    private final String algorithm;

    AlinkSign(String algorithm) {
        this.algorithm = algorithm;
    }

    /**
     * {@code hmacsha1}, {@code HmacSHA1}, {@code hmac_sha1}, {@code hmac-sha1}; MD5 when none is
     * named; null when it is another one.
     */
    public static @Nullable AlinkSign of(@Nullable String wire) {
        if (wire == null || wire.isEmpty()) {
            return MD5;
        }
        return switch (wire.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT)) {
            case "hmacmd5" -> MD5;
            case "hmacsha1" -> SHA1;
            case "hmacsha256" -> SHA256;
            default -> null;
        };
    }

    /** What is signed. */
    public static String content(Map<String, String> fields) {
        StringBuilder content = new StringBuilder();
        new TreeMap<>(fields).forEach((name, value) -> content.append(name).append(value));
        return content.toString();
    }

    /**
     * Is this the content's signature under the secret? Compares in constant time; hex digits of
     * either case. Nothing is signed under an empty secret.
     */
    public boolean matches(String secret, String content, @Nullable String hex) {
        if (secret.isEmpty() || hex == null) {
            return false;
        }
        byte[] given;
        try {
            given = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return MessageDigest.isEqual(mac(secret, content), given);
    }

    /** Lower-case hex. */
    public String sign(String secret, String content) {
        return HexFormat.of().formatHex(mac(secret, content));
    }

    private byte[] mac(String secret, String content) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }
}
