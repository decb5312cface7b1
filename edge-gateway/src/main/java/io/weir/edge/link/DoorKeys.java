package io.weir.edge.link;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.weir.api.door.DoorApi.Certificate;
import io.weir.api.door.DoorApi.Enrol;
import io.weir.edge.link.DoorIdentity.Held;
import io.weir.runtime.door.DoorPaths;
import io.weir.runtime.door.DoorPaths.RenewRequest;
import io.weir.runtime.json.Json;
import io.weir.runtime.pki.CertificateRequest;
import io.weir.runtime.pki.Pem;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Set;

/**
 * Gets the gateway its certificate: the first one for the token, each next one for the one before;
 * always for a new key that never leaves this machine.
 */
final class DoorKeys {
    private static final Logger LOG = LoggerFactory.getLogger(DoorKeys.class);

    private final Vertx vertx;
    private final URI door;
    private final String gateway;
    private final DoorLinkConfig config;
    private final Time time;
    private final DoorIdentity identity;

    DoorKeys(
            Vertx vertx,
            URI door,
            String gateway,
            DoorLinkConfig config,
            Time time,
            DoorIdentity identity) {
        this.vertx = vertx;
        this.door = door;
        this.gateway = gateway;
        this.config = config;
        this.time = time;
        this.identity = identity;
    }

    /** What the gateway shows at the door: read, or fetched for the token. */
    Future<Held> held() {
        return vertx.executeBlocking(identity::read)
                .compose(held -> held == null ? enrol() : Future.succeededFuture(held));
    }

    /** Old enough for the next one? */
    boolean due(Held held) {
        Instant from = held.certificate().getNotBefore().toInstant();
        return !time.now().isBefore(from.plus(config.renewAfter()));
    }

    /** The next certificate, kept; the one before stays good until its own end. */
    Future<Held> renew(Held held) {
        KeyPair keys = Pem.newKeyPair();
        var ask = new RenewRequest(CertificateRequest.of(keys, gateway));
        return post(DoorPaths.RENEW, ask, held).compose(made -> keep(keys, made));
    }

    private Future<Held> enrol() {
        return vertx.executeBlocking(this::token)
                .compose(
                        token -> {
                            KeyPair keys = Pem.newKeyPair();
                            var ask =
                                    new Enrol(gateway, token, CertificateRequest.of(keys, gateway));
                            return post(DoorPaths.ENROL, ask, null)
                                    .compose(made -> keep(keys, made));
                        })
                .onSuccess(held -> LOG.info("enrolled as gateway {}", gateway));
    }

    private String token() throws IOException {
        if (config.tokenFile().isBlank()) {
            throw new IOException(
                    "this gateway has no certificate yet: put an enrolment token into a file and"
                            + " name it in WEIR_DOOR_LINK_TOKEN_FILE");
        }
        return Files.readString(Path.of(config.tokenFile())).strip();
    }

    private Future<Held> keep(KeyPair keys, Certificate made) {
        return vertx.executeBlocking(() -> identity.write(keys.getPrivate(), made.certificate()));
    }

    private Future<Certificate> post(String path, Object body, @Nullable Held held) {
        var options = new HttpClientOptions();
        secure(options, held);
        HttpClient client = vertx.createHttpClient(options);
        var request =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(door.getHost())
                        .setPort(port(door))
                        .setURI(path)
                        .setConnectTimeout(config.connectWithin().toMillis())
                        .setTimeout(config.connectWithin().toMillis());
        return client.request(request)
                .compose(r -> r.send(Json.buffer(body)))
                .compose(answer -> answer.body().compose(b -> certificate(answer, b)))
                .eventually(client::close);
    }

    private static Future<Certificate> certificate(HttpClientResponse answer, Buffer body) {
        return answer.statusCode() == 201
                ? Future.succeededFuture(Json.read(body, Certificate.class))
                : Future.failedFuture(
                        new IOException("the door answers " + answer.statusCode() + ": " + body));
    }

    /** TLS 1.3, the door's name and signer checked, our certificate shown if we have one. */
    void secure(ClientOptionsBase options, @Nullable Held held) {
        options.setSsl(true).setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        if (!config.caFile().isBlank()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(config.caFile()));
        }
        if (held != null) {
            Buffer pem = Buffer.buffer(held.pem());
            options.setKeyCertOptions(new PemKeyCertOptions().setKeyValue(pem).setCertValue(pem));
        }
    }

    static int port(URI door) {
        return door.getPort() < 0 ? 443 : door.getPort();
    }
}
