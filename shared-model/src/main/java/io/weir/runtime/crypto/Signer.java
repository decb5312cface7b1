package io.weir.runtime.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An Ed25519 key pair (RFC 8032) that is derived from a secret kept elsewhere, so that there is no
 * second key to keep, copy and lose. Thread-safe.
 */
public final class Signer {
    private static final String ALGORITHM = "Ed25519";
    private static final int SEED_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();

    private final KeyPair keys;
    private final String publicKey;

    private Signer(KeyPair keys) {
        this.keys = keys;
        this.publicKey = HEX.formatHex(keys.getPublic().getEncoded());
    }

    /**
     * The same pair whenever secret and purpose are the same.
     *
     * @param secret at least 16 secret bytes
     */
    public static Signer derived(byte[] secret, String purpose) {
        byte[] seed = mac(secret, "Ed25519 " + purpose);
        try {
            var generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
            return new Signer(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK since 15 has Ed25519
        }
    }

    /** HMAC-SHA256 of a text. */
    public static byte[] mac(byte[] secret, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public key, X.509 as hex. */
    public String publicKey() {
        return publicKey;
    }

    /** The signature over a text, hex. */
    public String sign(String text) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return HEX.formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Is it that key's signature over that text? What is no key or no signature at all is false.
     *
     * @param publicKey as {@link #publicKey} told it
     */
    public static boolean verified(String publicKey, String text, String signature) {
        try {
            PublicKey key =
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePublic(new X509EncodedKeySpec(HEX.parseHex(publicKey)));
            var check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(text.getBytes(StandardCharsets.UTF_8));
            return check.verify(HEX.parseHex(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Hands the generator its 32 bytes: RFC 8032 makes the pair of nothing else. */
    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] seed;

        Seed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != SEED_BYTES) {
                throw new IllegalStateException("Ed25519 takes " + SEED_BYTES + " bytes");
            }
            System.arraycopy(seed, 0, bytes, 0, SEED_BYTES);
        }
    }
}
