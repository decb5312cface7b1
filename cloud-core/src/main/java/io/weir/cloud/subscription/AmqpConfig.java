package io.weir.cloud.subscription;

/**
 * @param port 0 = no AMQP
 * @param bind address to listen on; beyond loopback only with a certificate
 * @param certFile PEM certificate chain; empty = no TLS
 * @param keyFile PEM private key
 * @param connections at once; one more is closed
 * @param window messages that a consumer may hold unsettled at most, whatever credit it gives
 */
public record AmqpConfig(
        int port, String bind, String certFile, String keyFile, int connections, int window) {
    public AmqpConfig {
        check(port >= 0 && port < 65_536, "port");
        check(certFile.isEmpty() == keyFile.isEmpty(), "certFile and keyFile go together");
        check(connections > 0 && window > 0 && window <= 10_000, "connections, window");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
