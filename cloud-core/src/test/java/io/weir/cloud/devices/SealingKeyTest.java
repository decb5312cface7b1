package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.sql.Tx;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

class SealingKeyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

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
