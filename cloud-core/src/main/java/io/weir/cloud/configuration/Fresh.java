package io.weir.cloud.configuration;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Ids of versions and pushes: 26 letters and digits, which nobody guesses. */
final class Fresh {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 26;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Fresh() {}

    static String id() {
        return RANDOM.ints(LENGTH, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
