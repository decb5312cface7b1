package io.weir.runtime.crypto;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Random small letters and digits that nobody guesses. */
public final class Letters {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID = 26;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Letters() {}

    /** The id of a thing that is made: 26 of them, 134 bits. */
    public static String id() {
        return some(ID);
    }

    public static String some(int count) {
        return RANDOM.ints(count, 0, ALPHABET.length())
                .mapToObj(i -> String.valueOf(ALPHABET.charAt(i)))
                .collect(Collectors.joining());
    }
}
