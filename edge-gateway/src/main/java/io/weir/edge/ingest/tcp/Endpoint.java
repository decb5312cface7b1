package io.weir.edge.ingest.tcp;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * One port for the devices of one product (docs/tcp.md).
 *
 * @param tls with the certificate of the settings; the handshake proves the gateway, not the device
 * @param registration what a device sends first
 * @param welcome hex of what it gets when it is let in; empty = nothing
 * @param frameBytes largest frame
 * @param framing what its script takes apart; null with {@code modbus}
 * @param modbus the gateway asks, the device is a line of Modbus slaves; null with {@code framing}
 */
public record Endpoint(
        int port,
        String productKey,
        boolean tls,
        Registration registration,
        String welcome,
        int frameBytes,
        @Nullable Framing framing,
        @Nullable ModbusTable modbus) {
    private static final int FRAME_MAX = 262_144;

    private record Listed(List<Endpoint> endpoints) {}

    public Endpoint {
        check(port > 0 && port < 65_536, "port");
        check(!productKey.isEmpty(), "product_key");
        check(frameBytes >= 1 && frameBytes <= FRAME_MAX, "frame_bytes of 1 to 262144");
        check((framing == null) != (modbus == null), "either framing or modbus");
        check(
                !(framing instanceof Framing.Fixed f) || f.size() <= frameBytes,
                "a fixed size within frame_bytes");
        HexFormat.of().parseHex(welcome);
    }

    byte[] welcomeBytes() {
        return HexFormat.of().parseHex(welcome);
    }

    /**
     * Reads {@code {"endpoints":[..]}}.
     *
     * @param file empty = none
     */
    static List<Endpoint> read(String file) {
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            List<Endpoint> all =
                    Json.read(Files.readString(Path.of(file)), Listed.class).endpoints();
            Set<Integer> ports = new HashSet<>();
            all.forEach(e -> check(ports.add(e.port), "port " + e.port + " stands there twice"));
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException("endpoints of " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("endpoints of " + file + ": " + e.getMessage(), e);
        }
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
