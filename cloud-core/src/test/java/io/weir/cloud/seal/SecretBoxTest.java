package io.weir.cloud.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class SecretBoxTest {
    @Test
    void whatIsSealedOpensOnlyForItsOwnerAndUnharmed(@TempDir Path folder) {
        SecretBox box = SecretBox.create(folder.resolve("key"));
        Buffer sealed = box.seal("device-1", "a secret");
        assertThat(box.open("device-1", sealed)).isEqualTo("a secret");
        assertThat(sealed.toString()).doesNotContain("secret");
        assertThat(box.seal("device-1", "a secret")).isNotEqualTo(sealed);
        assertThatThrownBy(() -> box.open("device-2", sealed))
                .isInstanceOf(IllegalStateException.class);
        byte[] torn = sealed.getBytes();
        torn[torn.length - 1] ^= 1;
        assertThatThrownBy(() -> box.open("device-1", Buffer.buffer(torn)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyTheOwnerReadsTheKeyFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("keys/devices.key");
        SecretBox made = SecretBox.create(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SecretBox.read(file).id()).isEqualTo(made.id());
    }
}
