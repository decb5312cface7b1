package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The npm device SDKs, unmodified, as {@code standalone/device/package-lock.json} pins them. */
final class NodePackages {
    static final Path FOLDER = Path.of(System.getProperty("weir.root"), "standalone", "device");
    private static final List<String> PACKAGES = List.of(SdkDevice.NEW, SdkDevice.OLD);

    private NodePackages() {}

    static synchronized void install() {
        Path modules = FOLDER.resolve("node_modules");
        if (PACKAGES.stream().allMatch(name -> Files.exists(modules.resolve(name)))) {
            return;
        }
        OsPackages.node();
        try {
            Process npm =
                    new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                            .directory(FOLDER.toFile())
                            .inheritIO()
                            .start();
            if (!npm.waitFor(3, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                throw new IllegalStateException("npm ci failed in " + FOLDER);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
