package io.weir.cloud.seal;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sealing key and, while it is replaced, the one before it. Read when first needed: the devices
 * context makes the file when a platform is born.
 */
public final class SealingKeys {
    private final Path file;
    private final @Nullable Path oldFile;
    private @Nullable SecretBox current;
    private @Nullable SecretBox old;

    /**
     * @param oldKeyFile empty = none
     */
    public SealingKeys(Path data, String keyFile, String oldKeyFile) {
        file = data.resolve(keyFile);
        oldFile = oldKeyFile.isEmpty() ? null : data.resolve(oldKeyFile);
    }

    /** What is sealed from now on. */
    public synchronized SecretBox current() {
        SecretBox box = current;
        if (box == null) {
            if (!Files.exists(file)) {
                throw new IllegalStateException(
                        file + " does not exist: bring the key that seals secrets here");
            }
            box = SecretBox.read(file);
            current = box;
        }
        return box;
    }

    /** What was sealed under the key of this id. */
    public synchronized SecretBox of(String id) {
        if (current().id().equals(id)) {
            return current();
        }
        if (old == null && oldFile != null && Files.exists(oldFile)) {
            old = SecretBox.read(oldFile);
        }
        SecretBox box = old;
        if (box == null || !box.id().equals(id)) {
            throw new IllegalStateException(
                    "a secret is sealed under key "
                            + id
                            + ": bring that key file here and name it oldKeyFile");
        }
        return box;
    }
}
