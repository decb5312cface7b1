package io.weir.edge.link;

import io.weir.runtime.pki.Pem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Set;

/**
 * The gateway's certificate with its private key, together in one file that only the owner reads,
 * so that a crash never leaves one without the other. Blocks.
 */
final class DoorIdentity {
    private final Path file;

    /**
     * @param folder of the gateway's own data
     */
    DoorIdentity(Path folder) {
        this.file = folder.resolve("door.pem");
    }

    /**
     * @param pem private key and certificate
     */
    record Held(String pem, X509Certificate certificate) {}

    /** Null when the gateway has not enrolled yet. */
    @Nullable Held read() throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        String pem = Files.readString(file);
        try {
            return new Held(pem, Pem.certificate(pem));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    Held write(PrivateKey key, String certificate) throws IOException {
        String pem = Pem.of(key) + certificate;
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = folder.resolve("door.pem.new");
        Files.deleteIfExists(fresh);
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return new Held(pem, Pem.certificate(certificate));
    }
}
