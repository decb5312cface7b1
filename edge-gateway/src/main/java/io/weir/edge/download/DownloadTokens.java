package io.weir.edge.download;

import io.weir.edge.download.Content.Source;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The last part of a download's address: base64url of version, source, last second, size, SHA-256,
 * device id, content id and the first 16 bytes of an HMAC-SHA256 of all that. Nothing is kept of
 * it: what is signed names the device's secret too, so that with another secret a right is over.
 * Binary, because the C SDK takes paths of less than 256 bytes (facts: alink.md section 7).
 */
public final class DownloadTokens {
    private static final byte VERSION = 1;
    private static final int DIGEST = 32;
    private static final int MAC = 16;
    private static final int LONGEST = 240;
    private static final int MOST_BYTES = 127;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKey key;
    private final DeviceRegistry registry;

    public DownloadTokens(SecretKey key, DeviceRegistry registry) {
        this.key = key;
        this.registry = registry;
    }

    /** How a token was found. */
    public enum Verdict {
        VALID,
        EXPIRED,
        /** Not of our making, of a device that is not ours any more, or that must not come in. */
        WRONG
    }

    /**
     * @param right null when it is not VALID
     */
    public record Checked(Verdict verdict, @Nullable Right right) {}

    /** Throws IllegalArgumentException when device and content ids are too long for an address. */
    String make(Device device, Content content, Instant until) {
        return make(key, device.deviceId(), device.secret(), content, until);
    }

    static String make(
            SecretKey key, String device, String secret, Content content, Instant until) {
        byte[] deviceId = text(device);
        byte[] contentId = text(content.id());
        ByteBuffer said =
                ByteBuffer.allocate(2 + 2 * Long.BYTES + DIGEST + 1 + MOST_BYTES * 2)
                        .put(VERSION)
                        .put((byte) content.source().ordinal())
                        .putLong(until.getEpochSecond())
                        .putLong(content.size())
                        .put(HexFormat.of().parseHex(content.sha256()))
                        .put((byte) deviceId.length)
                        .put(deviceId)
                        .put(contentId);
        byte[] bytes = Arrays.copyOf(said.array(), said.position());
        byte[] whole = Arrays.copyOf(bytes, bytes.length + MAC);
        System.arraycopy(mac(key, bytes, secret), 0, whole, bytes.length, MAC);
        String token = ENCODER.encodeToString(whole);
        if (token.length() > LONGEST) {
            throw new IllegalArgumentException("the ids of device and content are too long");
        }
        return token;
    }

    /** Whose right is it, and to what? */
    public Checked check(String token, Instant now) {
        Checked wrong = new Checked(Verdict.WRONG, null);
        byte[] whole;
        try {
            whole = token.length() > LONGEST ? new byte[0] : DECODER.decode(token);
        } catch (IllegalArgumentException e) {
            return wrong;
        }
        if (whole.length <= MAC) {
            return wrong;
        }
        byte[] said = Arrays.copyOf(whole, whole.length - MAC);
        Right right = read(said);
        Device device = right == null ? null : registry.find(right.deviceId());
        if (right == null
                || device == null
                || !MessageDigest.isEqual(
                        mac(key, said, device.secret()),
                        Arrays.copyOfRange(whole, said.length, whole.length))
                || device.refusal() != null
                || registry.trustEnded()) {
            return wrong;
        }
        return right.until().isBefore(now)
                ? new Checked(Verdict.EXPIRED, null)
                : new Checked(Verdict.VALID, right);
    }

    /** Null when it is no such thing. Whether it is of our making is not known yet. */
    private static @Nullable Right read(byte[] said) {
        ByteBuffer in = ByteBuffer.wrap(said);
        try {
            if (in.get() != VERSION) {
                return null;
            }
            byte source = in.get();
            long until = in.getLong();
            long size = in.getLong();
            byte[] digest = bytes(in, DIGEST);
            String deviceId = new String(bytes(in, in.get()), StandardCharsets.UTF_8);
            String contentId = new String(bytes(in, in.remaining()), StandardCharsets.UTF_8);
            boolean known = source >= 0 && source < Source.values().length;
            return known
                    ? new Right(
                            deviceId,
                            new Content(
                                    Source.values()[source],
                                    contentId,
                                    size,
                                    HexFormat.of().formatHex(digest)),
                            Instant.ofEpochSecond(until))
                    : null;
        } catch (BufferUnderflowException
                | NegativeArraySizeException
                | java.time.DateTimeException e) {
            return null;
        }
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] text(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException("an id is empty or too long");
        }
        return bytes;
    }

    private static byte[] mac(SecretKey key, byte[] said, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update("weir download 1\n".getBytes(StandardCharsets.US_ASCII));
            mac.update(said);
            mac.update((byte) '\n');
            mac.update(secret.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(mac.doFinal(), MAC);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
