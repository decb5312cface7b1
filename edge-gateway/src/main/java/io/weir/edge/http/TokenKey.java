package io.weir.edge.http;

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
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that signs tokens: 32 bytes as hex in a file that only the owner reads, made at the first
 * start. Whoever copies it can't make a token: the device's secret is signed too, and is not there.
 */
public final class TokenKey {
    private static final int BYTES = 32;

    private TokenKey() {}

    /** Throws IllegalStateException when the file holds something else. */
    public static SecretKey load(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length != BYTES) {
                throw new IllegalStateException(file + " must hold 64 hex digits");
            }
            return new SecretKeySpec(key, "HmacSHA256");
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " must hold 64 hex digits", e);
        } catch (IOException e) {
            throw new UncheckedIOException("token key " + file, e);
        }
    }

    /** Whole and synced before it has its name: half a key would end every start after a crash. */
    private static void create(Path file) throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(next);
        try (FileChannel out =
                FileChannel.open(
                        next,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            out.write(
                    ByteBuffer.wrap(
                            HexFormat.of().formatHex(key).getBytes(StandardCharsets.US_ASCII)));
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
