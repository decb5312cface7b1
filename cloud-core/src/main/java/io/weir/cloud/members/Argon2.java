package io.weir.cloud.members;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Argon2id of the MD5 that clients send (DESIGN section 4), kept as a PHC text, so that the cost
 * can be raised later without touching old hashes. Slow on purpose: never on an event loop.
 */
final class Argon2 {
    private static final Pattern MD5 = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern PHC =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=(\\d+),t=(\\d+),p=1\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Argon2() {}

    static String hash(String password, int memoryKib, int passes) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] hash = derive(password, salt, memoryKib, passes, HASH_BYTES);
        return "$argon2id$v=19$m="
                + memoryKib
                + ",t="
                + passes
                + ",p=1$"
                + text(salt)
                + "$"
                + text(hash);
    }

    static boolean matches(String password, String phc) {
        Matcher m = PHC.matcher(phc);
        if (!m.matches()) {
            throw new IllegalStateException("not an argon2id hash");
        }
        byte[] expected = Base64.getDecoder().decode(m.group(4));
        byte[] actual =
                derive(
                        password,
                        Base64.getDecoder().decode(m.group(3)),
                        Integer.parseInt(m.group(1)),
                        Integer.parseInt(m.group(2)),
                        expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    /** 32 hex digits are the MD5 already, anything else is hashed to it first. */
    static String md5(String password) {
        if (MD5.matcher(password).matches()) {
            return password.toLowerCase(Locale.ROOT);
        }
        try {
            var md5 = MessageDigest.getInstance("MD5");
            return HexFormat.of().formatHex(md5.digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] derive(
            String password, byte[] salt, int memoryKib, int passes, int length) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memoryKib)
                        .withIterations(passes)
                        .withParallelism(1)
                        .withSalt(salt)
                        .build());
        byte[] out = new byte[length];
        generator.generateBytes(md5(password).getBytes(StandardCharsets.US_ASCII), out);
        return out;
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
