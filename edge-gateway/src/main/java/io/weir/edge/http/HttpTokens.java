package io.weir.edge.http;

import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Tokens of devices that post over HTTP: {@code 1.<base64url of device id, newline, last
 * second>.<base64url of HMAC-SHA256>}. Nothing is kept of them: what is signed names the device's
 * secret too, so that with another secret, or none, a token is over.
 */
final class HttpTokens {
    private static final String VERSION = "1.";
    private static final int MAX = 512;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKey key;
    private final DeviceRegistry registry;

    HttpTokens(SecretKey key, DeviceRegistry registry) {
        this.key = key;
        this.registry = registry;
    }

    /**
     * @param code an {@link HttpCode} constant; {@link HttpCode#OK} when there is a device
     * @param until last second of a token that is good
     */
    record Checked(int code, @Nullable Device device, long until) {
        static Checked refused(int code) {
            return new Checked(code, null, 0);
        }
    }

    String make(Device device, Instant until) {
        String said = device.deviceId() + '\n' + until.getEpochSecond();
        String text = ENCODER.encodeToString(said.getBytes(StandardCharsets.UTF_8));
        return VERSION + text + '.' + ENCODER.encodeToString(mac(said, device.secret()));
    }

    /** Whose token is it? The device is as the registry has it now, and may be unusable. */
    Checked check(@Nullable String token, Instant now) {
        if (token == null || token.isEmpty()) {
            return Checked.refused(HttpCode.NO_TOKEN);
        }
        int dot = token.lastIndexOf('.');
        if (token.length() > MAX || !token.startsWith(VERSION) || dot < VERSION.length()) {
            return Checked.refused(HttpCode.WRONG_TOKEN);
        }
        String said;
        byte[] given;
        try {
            said =
                    new String(
                            DECODER.decode(token.substring(VERSION.length(), dot)),
                            StandardCharsets.UTF_8);
            given = DECODER.decode(token.substring(dot + 1));
        } catch (IllegalArgumentException e) {
            return Checked.refused(HttpCode.WRONG_TOKEN);
        }
        int line = said.indexOf('\n');
        Device device = line < 0 ? null : registry.find(said.substring(0, line));
        if (device == null
                || device.secret().isEmpty()
                || !MessageDigest.isEqual(mac(said, device.secret()), given)) {
            return Checked.refused(HttpCode.WRONG_TOKEN);
        }
        // Only now: what is signed is of our own making.
        long until = Long.parseLong(said.substring(line + 1));
        return until < now.getEpochSecond()
                ? Checked.refused(HttpCode.TOKEN_EXPIRED)
                : new Checked(HttpCode.OK, device, until);
    }

    private byte[] mac(String said, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(
                    ("weir http token 1\n" + said + '\n' + secret)
                            .getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
