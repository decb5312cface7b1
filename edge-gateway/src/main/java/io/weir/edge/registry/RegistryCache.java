package io.weir.edge.registry;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The registry on disk: {@code "WREG1"}, 12 bytes nonce, AES-256-GCM of the snapshot's JSON, bound
 * to the gateway's name. Written whole to a new file, synced, then renamed: a crash leaves the old
 * or the new.
 */
final class RegistryCache {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryCache.class);
    private static final byte[] MAGIC = "WREG1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final Path file;
    private final SecretKey key;
    private final byte[] bound;
    private final SecureRandom random = new SecureRandom();

    RegistryCache(Path file, SecretKey key, String gateway) {
        this.file = file;
        this.key = key;
        this.bound = ("WREG1 " + gateway).getBytes(StandardCharsets.UTF_8);
    }

    void write(DeviceRegistry.Snapshot snapshot) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(Json.bytes(snapshot));
            Path next = file.resolveSibling(file.getFileName() + ".tmp");
            Files.deleteIfExists(next);
            var ownerOnly =
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"));
            try (FileChannel out =
                    FileChannel.open(
                            next,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            ownerOnly)) {
                for (byte[] part : new byte[][] {MAGIC, nonce, sealed}) {
                    ByteBuffer bytes = ByteBuffer.wrap(part);
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                }
                out.force(true);
            }
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            syncFolder();
        } catch (IOException e) {
            throw new UncheckedIOException("registry cache " + file, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("registry cache " + file, e);
        }
    }

    /** Null when there is none or it can't be opened; then it is kept aside for an operator. */
    DeviceRegistry.@Nullable Snapshot read() {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            int body = MAGIC.length + NONCE;
            if (bytes.length < body || !Arrays.equals(MAGIC, 0, 5, bytes, 0, 5)) {
                return setAside("is no registry cache");
            }
            byte[] nonce = Arrays.copyOfRange(bytes, MAGIC.length, body);
            byte[] open =
                    cipher(Cipher.DECRYPT_MODE, nonce).doFinal(bytes, body, bytes.length - body);
            return Json.read(open, DeviceRegistry.Snapshot.class);
        } catch (GeneralSecurityException e) {
            return setAside("does not open with this key and gateway name");
        } catch (IllegalArgumentException e) {
            return setAside("is of another version");
        } catch (IOException e) {
            throw new UncheckedIOException("registry cache " + file, e);
        }
    }

    private DeviceRegistry.@Nullable Snapshot setAside(String why) {
        Path aside = file.resolveSibling(file.getFileName() + ".bad");
        LOG.error("registry cache {} {}; kept as {}, starting without", file, why, aside);
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("registry cache " + file, e);
        }
        return null;
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }

    private void syncFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
            folder.force(true);
        }
    }
}
