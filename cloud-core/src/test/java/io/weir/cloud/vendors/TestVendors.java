package io.weir.cloud.vendors;

import io.weir.cloud.seal.SecretBox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of the vendors context for tests, and a folder with a key. */
public final class TestVendors {
    public static final VendorsConfig CONFIG =
            new VendorsConfig("Asia/Shanghai", "devices.key", "", Duration.ofHours(1));

    private TestVendors() {}

    public static Path data() {
        try {
            Path folder = Files.createTempDirectory("weir-vendors");
            SecretBox.create(folder.resolve("devices.key"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
