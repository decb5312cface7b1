package io.weir.edge.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key of the encrypted cache: 32 bytes as hex in a file that only the owner reads. */
public final class CacheKey {
    private static final int BYTES = 32;

    private CacheKey() {}

    /** A leading {@code ~/} is the home of the user. */
    public static Path path(String setting) {
        return setting.startsWith("~/")
                ? Path.of(System.getProperty("user.home"), setting.substring(2))
                : Path.of(setting);
    }

    /** Reads the key, or makes one. Refuses a key that lies beside what it locks. */
    public static SecretKey load(Path file, Path data) {
        Path real = file.toAbsolutePath().normalize();
        if (real.startsWith(data.toAbsolutePath().normalize())) {
            throw new IllegalStateException(
                    "keyFile " + file + " must lie outside the data folder " + data);
        }
        try {
            if (!Files.exists(real)) {
                create(real);
            }
            byte[] key = HexFormat.of().parseHex(Files.readString(real).strip());
            if (key.length != BYTES) {
                throw new IllegalStateException(file + " must hold 64 hex digits");
            }
            return new SecretKeySpec(key, "AES");
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " must hold 64 hex digits");
        } catch (IOException e) {
            throw new UncheckedIOException("keyFile " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(
                    parent,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        try (var out =
                Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            out.write(
                    java.nio.ByteBuffer.wrap(
                            HexFormat.of()
                                    .formatHex(key)
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        } catch (FileAlreadyExistsException e) {
            // Another gateway of this user made it in between: theirs is as good.
            return;
        }
    }
}
