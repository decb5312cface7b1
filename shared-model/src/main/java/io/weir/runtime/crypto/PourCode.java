package io.weir.runtime.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The single-use code of one slice: 12 digits of Crockford's base32 (no I, L, O, U), which is 60
 * bits of an HMAC that only the cloud can make. A gateway keeps the hash and can check, not make, a
 * code.
 */
public final class PourCode {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 12;

    private PourCode() {}

    /**
     * @param slice unique per slice: its dispense id
     */
    public static String of(byte[] secret, String member, String device, String slice) {
        byte[] mac = Signer.mac(secret, String.join("\n", "weir code 1", member, device, slice));
        StringBuilder code = new StringBuilder(LENGTH);
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | mac[i] & 0xff;
        }
        for (int i = 0; i < LENGTH; i++) {
            code.append(DIGITS.charAt((int) (bits >>> 5 * i) & 31));
        }
        return code.toString();
    }

    /** What a gateway keeps of it, hex. */
    public static String hash(String slice, String code) {
        try {
            String text = "weir code hash 1\n" + slice + "\n" + clean(code);
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * As people type it: in any case, with dashes and spaces, and with O for 0 or I and L for 1.
     */
    static String clean(String typed) {
        return typed.toUpperCase(Locale.ROOT)
                .replaceAll("[\\s-]", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
    }
}
