package io.weir.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What the tests need from the operating system: installed when we may, else the exact command to
 * run is told.
 */
public final class OsPackages {
    private OsPackages() {}

    static void chromium() {
        need("/usr/bin/chromedriver", "chromium chromium-driver fonts-dejavu-core fonts-noto-cjk");
    }

    public static void mosquitto() {
        need("/usr/bin/mosquitto_pub", "mosquitto-clients");
    }

    public static void mosquittoBroker() {
        need("/usr/sbin/mosquitto", "mosquitto");
    }

    static void node() {
        if (!onPath("npm")) {
            need("/usr/bin/npm", "nodejs npm");
        }
    }

    static void compiler() {
        need("/usr/bin/gcc", "gcc libc6-dev");
    }

    private static boolean onPath(String binary) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, binary))) {
                return true;
            }
        }
        return false;
    }

    private static synchronized void need(String binary, String packages) {
        if (Files.isExecutable(Path.of(binary))) {
            return;
        }
        String command =
                "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq"
                        + " --no-install-recommends "
                        + packages;
        try {
            Process install =
                    new ProcessBuilder("sh", "-c", command)
                            .redirectErrorStream(true)
                            .redirectOutput(Path.of("target/apt.log").toFile())
                            .start();
            if (!install.waitFor(10, TimeUnit.MINUTES)
                    || install.exitValue() != 0
                    || !Files.isExecutable(Path.of(binary))) {
                throw new IllegalStateException(binary + " is missing. Run as root: " + command);
            }
        } catch (IOException e) {
            throw new IllegalStateException(binary + " is missing. Run as root: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
