package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.weir.cloud.TestPostgres;
import io.weir.runtime.sql.Tx;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

class SecretBoxTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

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

    @Test
    void aDatabaseIsOpenedOnlyWithTheKeyThatItIsSealedWith(@TempDir Path folder)
            throws IOException {
        Vertx vertx = Vertx.vertx();
        var store = new GatewayStore(new Tx(TestPostgres.connect(vertx, TestPostgres.fresh())));
        Path file = folder.resolve("devices.key");
        SecretBox first = SealingKey.open(file, store, NOW);
        assertThat(SealingKey.open(file, store, NOW).id()).isEqualTo(first.id());

        Files.delete(file);
        assertThatThrownBy(() -> SealingKey.open(file, store, NOW))
                .hasMessageContaining(first.id())
                .hasMessageContaining("bring that key file here");
        assertThat(file).doesNotExist();
        SecretBox.create(file);
        assertThatThrownBy(() -> SealingKey.open(file, store, NOW))
                .hasMessageContaining("holds key");
        vertx.close().await();
    }
}
