package io.weir.edge.ingest.mqtt;

import io.weir.edge.registry.Device;
import io.weir.runtime.crypto.DeviceToken;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The password of a device triple (facts: alink.md section 1, String-to-sign). */
final class DeviceAuth {
    /** Who the user name {@code DN&PK} says it is. */
    record Name(String productKey, String deviceName) {
        private static final int MAX = 64;

        static @Nullable Name parse(@Nullable String username) {
            int and = username == null ? -1 : username.lastIndexOf('&');
            if (username == null
                    || and < 1
                    || and == username.length() - 1
                    || username.length() > 2 * MAX) {
                return null;
            }
            return new Name(username.substring(and + 1), username.substring(0, and));
        }
    }

    private DeviceAuth() {}

    /** Has it shown who it is, by a signature or by the token that it registered? */
    static boolean proven(ClientId id, Name name, Device device, @Nullable String password) {
        if (Registration.byToken(id)) {
            String hash = device.tokenHash();
            return hash != null
                    && password != null
                    && DeviceToken.matches(hash, id.cid(), password);
        }
        // A removed device has no secret any more; an empty one must not open anything.
        return !device.secret().isEmpty() && verify(id, name, device.secret(), password);
    }

    /** Compares in constant time; hex digits of either case. */
    static boolean verify(ClientId id, Name name, String secret, @Nullable String password) {
        byte[] given;
        try {
            given = password == null ? new byte[0] : HexFormat.of().parseHex(password);
        } catch (IllegalArgumentException e) {
            given = new byte[0];
        }
        return MessageDigest.isEqual(sign(id, name, secret), given);
    }

    private static byte[] sign(ClientId id, Name name, String secret) {
        String content =
                "clientId"
                        + id.cid()
                        + "deviceName"
                        + name.deviceName
                        + "productKey"
                        + name.productKey
                        + (id.timestamp() == null ? "" : "timestamp" + id.timestamp());
        try {
            Mac mac = Mac.getInstance(id.method().algorithm);
            byte[] key = secret.getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, id.method().algorithm));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(id.method().algorithm, e);
        }
    }
}
