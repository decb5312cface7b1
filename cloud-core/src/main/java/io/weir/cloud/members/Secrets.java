package io.weir.cloud.members;

import io.weir.cloud.members.CodeStore.Sealed;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;

/** Short secrets that people read and type: made, hashed with a salt, compared in equal time. */
final class Secrets {
    private static final int SALT_BYTES = 16;
    private static final int ID_BYTES = 18;
    private static final int CODE_DIGITS = 1_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** Six digits. */
    static String code() {
        return "%06d".formatted(RANDOM.nextInt(CODE_DIGITS));
    }

    static String id() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * @param letters of which each is taken with the same chance
     */
    static String word(String letters, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(letters.charAt(RANDOM.nextInt(letters.length())));
        }
        return word.toString();
    }

    static Sealed sealed(String secret) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new Sealed(0, salt, hash(salt, secret));
    }

    static boolean matches(Sealed sealed, String given) {
        return MessageDigest.isEqual(sealed.hash(), hash(sealed.salt(), given));
    }

    private static byte[] hash(byte[] salt, String secret) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            return sha.digest(secret.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
