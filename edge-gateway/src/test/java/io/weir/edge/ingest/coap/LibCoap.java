package io.weir.edge.ingest.coap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's coap-client: a second, independent implementation. Installed when we may. */
final class LibCoap {
    private static final Path CLIENT = Path.of("/usr/bin/coap-client-openssl");
    private static final String INSTALL =
            "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq"
                    + " --no-install-recommends libcoap3-bin";

    private LibCoap() {}

    static synchronized void need() {
        if (!Files.isExecutable(CLIENT)) {
            run(List.of("sh", "-c", INSTALL), 600);
            if (!Files.isExecutable(CLIENT)) {
                throw new IllegalStateException(CLIENT + " is missing. Run as root: " + INSTALL);
            }
        }
    }

    /** All that it prints, with the messages as they went over the wire. */
    static String post(String uri, String payload, String... options) {
        List<String> command = new ArrayList<>(List.of(CLIENT.toString()));
        command.addAll(List.of("-v", "6", "-B", "10", "-m", "post", "-e", payload));
        command.addAll(List.of(options));
        command.add(uri);
        return run(command, 20);
    }

    private static String run(List<String> command, int seconds) {
        try {
            Path printed = Files.createTempFile("libcoap", ".log");
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(printed.toFile())
                            .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            String text = Files.readString(printed, StandardCharsets.ISO_8859_1);
            Files.delete(printed);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
