package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** npm packages, unmodified, as the {@code package-lock.json} of their folder pins them. */
public final class NodePackages {
    private static final Path HERE = Path.of(System.getProperty("weir.root"), "standalone");

    /** Of the device SDKs. */
    static final Path FOLDER = HERE.resolve("device");

    /** Of the contract's linter. */
    public static final Path LINT = HERE.resolve("lint");

    private static final Path LOG = Path.of("target/npm.log");

    private NodePackages() {}

    static void install() {
        install(FOLDER, List.of(SdkDevice.NEW, SdkDevice.OLD));
    }

    /**
     * Once.
     *
     * @param packages some that stand in the folder's {@code node_modules} when all do
     */
    public static synchronized void install(Path folder, List<String> packages) {
        Path modules = folder.resolve("node_modules");
        if (packages.stream().allMatch(name -> Files.exists(modules.resolve(name)))) {
            return;
        }
        OsPackages.node();
        try {
            Process npm =
                    new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(LOG.toFile())
                            .start();
            if (!npm.waitFor(3, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                throw new IllegalStateException(
                        "npm ci failed in " + folder + ": " + Files.readString(LOG));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
