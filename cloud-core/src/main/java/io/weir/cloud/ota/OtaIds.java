package io.weir.cloud.ota;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Numbers of packages, uploads and campaigns: 26 letters and digits that nobody guesses. */
final class OtaIds {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 26;
    private static final SecureRandom RANDOM = new SecureRandom();

    private OtaIds() {}

    static String fresh() {
        return RANDOM.ints(LENGTH, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
