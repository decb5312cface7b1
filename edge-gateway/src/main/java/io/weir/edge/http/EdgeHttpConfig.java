package io.weir.edge.http;

import java.time.Duration;

/**
 * @param port 0 = no HTTP
 * @param bind address to listen on; empty = the node's WEIR_BIND
 * @param bodyBytes largest body; 413 beyond
 * @param idle a connection on which nothing moves for so long is closed
 * @param connections at once, of this gateway; more are closed at once
 */
public record EdgeHttpConfig(int port, String bind, int bodyBytes, Duration idle, int connections) {
    public EdgeHttpConfig {
        check(port >= 0 && port < 65_536, "port");
        check(bodyBytes >= 1024 && bodyBytes <= 1 << 24, "bodyBytes");
        check(idle.toSeconds() >= 1, "idle of at least a second");
        check(connections > 0, "connections");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
