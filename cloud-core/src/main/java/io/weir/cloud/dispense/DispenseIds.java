package io.weir.cloud.dispense;

import io.weir.runtime.time.Time;

import java.security.SecureRandom;

/**
 * Makes dispense numbers: 26 lower-case base-32 characters (Crockford's alphabet), 48 bits of
 * milliseconds first so that they sort by age and fill the index from one side, then 80 random
 * bits.
 */
final class DispenseIds {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int TIME_CHARS = 10;
    private static final int RANDOM_CHARS = 16;

    private final Time time;
    private final SecureRandom random = new SecureRandom();

    DispenseIds(Time time) {
        this.time = time;
    }

    String next() {
        StringBuilder id = new StringBuilder(TIME_CHARS + RANDOM_CHARS);
        long ms = time.now().toEpochMilli();
        for (int i = TIME_CHARS - 1; i >= 0; i--) {
            id.append(ALPHABET.charAt((int) (ms >>> (5 * i)) & 31));
        }
        for (int i = 0; i < RANDOM_CHARS; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
