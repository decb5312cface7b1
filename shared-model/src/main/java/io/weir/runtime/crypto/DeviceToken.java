package io.weir.runtime.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The token of a device that registered without a whitelist: 256 random bits that only the device
 * keeps. Gateways get a hash of it, bound to the client id that it was given with: enough to check
 * a connect, of no use for making one.
 */
public final class DeviceToken {
    private DeviceToken() {}

    /** What a gateway keeps, hex. */
    public static String hash(String clientId, String token) {
        try {
            String text = "weir device token 1\n" + clientId + "\n" + token;
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares in constant time. */
    public static boolean matches(String hash, String clientId, String token) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII),
                hash(clientId, token).getBytes(StandardCharsets.US_ASCII));
    }
}
