package io.weir.cloud.devices;

import io.weir.cloud.seal.SecretBox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Finds the key that this database's secrets are sealed with. It is made once, by the first node of
 * a database that has none; from then on a missing or another key is a failure to start, never a
 * new key.
 */
final class SealingKey {
    private SealingKey() {}

    static SecretBox open(Path file, GatewayStore store, Instant now) {
        var box = new SecretBox[1];
        store.sealingKey(
                now,
                known -> {
                    if (known != null && !Files.exists(file)) {
                        throw new IllegalStateException(
                                "the database's device secrets are sealed with key "
                                        + known
                                        + ", but "
                                        + file
                                        + " does not exist: bring that key file here");
                    }
                    box[0] = Files.exists(file) ? SecretBox.read(file) : SecretBox.create(file);
                    if (known != null && !known.equals(box[0].id())) {
                        throw new IllegalStateException(
                                "the database's device secrets are sealed with key "
                                        + known
                                        + ", but "
                                        + file
                                        + " holds key "
                                        + box[0].id());
                    }
                    return box[0].id();
                });
        return box[0];
    }
}
