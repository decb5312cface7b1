package io.weir.cloud.door;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorPaths;
import io.weir.runtime.json.Json;
import io.weir.runtime.pki.Pem;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody at the door who says what a test wants, right or wrong. */
final class DoorClient implements AutoCloseable {
    /**
     * @param pem private key and certificate; empty for none
     */
    record Identity(String pem) {
        static final Identity NONE = new Identity("");

        static Identity of(KeyPair keys, X509Certificate certificate) {
            return new Identity(Pem.of(keys.getPrivate()) + Pem.of(certificate));
        }
    }

    record Answer(int status, String body) {}

    private final WebSocketClient client;
    private final WebSocket socket;
    private final BlockingQueue<DoorMessage> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

    private DoorClient(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
        socket.closeHandler(v -> closed.add(socket.closeStatusCode() + " " + socket.closeReason()));
        socket.exceptionHandler(e -> closed.add(String.valueOf(e.getMessage())));
        socket.binaryMessageHandler(bytes -> received.add(DoorCodec.decode(bytes)));
    }

    /** Throws what the door, or TLS, refused it with. */
    static DoorClient connect(Vertx vertx, int port, String trusted, Identity identity) {
        var options = new WebSocketClientOptions().setMaxMessageSize(DoorCodec.MESSAGE_BYTES);
        secure(options, trusted, identity);
        WebSocketClient client = vertx.createWebSocketClient(options);
        var to =
                new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setSsl(true)
                        .setURI(DoorPaths.LINK);
        return client.connect(to).map(socket -> new DoorClient(client, socket)).await();
    }

    static Answer post(
            Vertx vertx, int port, String trusted, Identity identity, String path, Object body) {
        return request(vertx, port, trusted, identity, HttpMethod.POST, path, Json.buffer(body));
    }

    static Answer request(
            Vertx vertx,
            int port,
            String trusted,
            Identity identity,
            HttpMethod method,
            String path,
            Buffer body) {
        var options = new HttpClientOptions();
        secure(options, trusted, identity);
        var client = vertx.createHttpClient(options);
        try {
            return client.request(method, port, "127.0.0.1", path)
                    .compose(r -> r.send(body))
                    .compose(r -> r.body().map(b -> new Answer(r.statusCode(), b.toString())))
                    .await();
        } finally {
            client.close().await();
        }
    }

    void say(DoorMessage message) {
        raw(DoorCodec.encode(message));
    }

    void raw(Buffer bytes) {
        socket.writeBinaryMessage(bytes);
    }

    <T extends DoorMessage> T hear(Class<T> type) {
        try {
            DoorMessage message = received.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new TimeoutException("nothing heard, closed: " + closed);
            }
            return type.cast(message);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Why the connection ended. */
    String end() {
        try {
            return String.valueOf(closed.poll(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean open() {
        return closed.isEmpty();
    }

    @Override
    public void close() {
        client.close().await();
    }

    private static void secure(ClientOptionsBase options, String trusted, Identity identity) {
        options.setSsl(true).setTrustOptions(new PemTrustOptions().addCertPath(trusted));
        if (!identity.pem().isEmpty()) {
            Buffer pem = Buffer.buffer(identity.pem());
            options.setKeyCertOptions(new PemKeyCertOptions().setKeyValue(pem).setCertValue(pem));
        }
    }
}
