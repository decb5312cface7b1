package io.weir.cloud.door;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.api.door.DoorApi;
import io.weir.api.door.DoorApi.Certificate;
import io.weir.api.door.DoorApi.Enrol;
import io.weir.cloud.TestKafka;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.door.DoorClient.Identity;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.pki.CertificateRequest;
import io.weir.runtime.pki.Pem;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** Desk and door on a real PostgreSQL and a real Kafka; the server's certificate is of a CA. */
final class DoorHouse implements AutoCloseable {
    static final int PARTITIONS = 2;
    static final int WINDOW = 1 << 21;

    final Vertx vertx = Vertx.vertx();
    final Bus bus = new Bus(vertx);
    final String kafka = TestKafka.fresh(PARTITIONS);
    final Tx tx = new Tx(TestPostgres.connect(vertx, TestPostgres.fresh()));
    final Metrics metrics = new Metrics();
    final AuthorityHolder authority;
    final String trusted;
    final int port;

    DoorHouse() {
        try {
            Path folder = Files.createTempDirectory("weir-door");
            Path key = folder.resolve("devices.key");
            SecretBox.create(key);
            authority = new AuthorityHolder(tx, key);
            var desk = new DeskConfig(key.toString(), Duration.ofDays(90), Duration.ofHours(24));
            deploy(new DeskVerticle(desk, folder, bus, tx, new SystemTime()), true);
            trusted = folder.resolve("server-ca.pem").toString();
            serverCertificate(folder);
            var door =
                    new DoorVerticle(
                            config(folder),
                            kafka,
                            PARTITIONS,
                            "cloud-1",
                            bus,
                            new SystemTime(),
                            metrics,
                            new Health());
            deploy(door, false);
            port = door.actualPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String token(String gateway) {
        return bus.call(DoorApi.ISSUE, new DoorApi.IssueToken(gateway), Call.system("test"))
                .await()
                .token();
    }

    DoorClient.Answer enrol(String gateway, String token, KeyPair keys) {
        return DoorClient.post(
                vertx,
                port,
                trusted,
                Identity.NONE,
                "/v1/enrol",
                new Enrol(gateway, token, CertificateRequest.of(keys, gateway)));
    }

    Identity enrolled(String gateway) {
        KeyPair keys = Pem.newKeyPair();
        var answer = enrol(gateway, token(gateway), keys);
        return new Identity(
                Pem.of(keys.getPrivate())
                        + Json.read(answer.body(), Certificate.class).certificate());
    }

    /** Signed by our authority, but by no enrolment. */
    Identity signed(String gateway, Instant now, Duration life) {
        KeyPair keys = Pem.newKeyPair();
        X509Certificate made =
                authority.get(Instant.now()).sign(gateway, keys.getPublic(), now, life);
        return Identity.of(keys, made);
    }

    DoorClient connect(Identity identity) {
        return DoorClient.connect(vertx, port, trusted, identity);
    }

    double counted(String name, String what) {
        return metrics.registry().find(name).tag("what", what).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void deploy(io.vertx.core.Deployable verticle, boolean virtual) {
        var model = virtual ? ThreadingModel.VIRTUAL_THREAD : ThreadingModel.EVENT_LOOP;
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model)).await();
    }

    private static DoorConfig config(Path folder) {
        return new DoorConfig(
                0,
                "127.0.0.1",
                folder.resolve("server.pem").toString(),
                folder.resolve("server-key.pem").toString(),
                10,
                4,
                WINDOW,
                8,
                1 << 25,
                "lz4",
                Duration.ofMillis(300),
                Duration.ofSeconds(20),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3));
    }

    private static void serverCertificate(Path folder) throws IOException {
        ServerCertificate made = ServerCertificate.make();
        Files.writeString(folder.resolve("server-ca.pem"), Pem.of(made.certificate()));
        Files.writeString(folder.resolve("server.pem"), Pem.of(made.certificate()));
        Files.writeString(folder.resolve("server-key.pem"), Pem.of(made.keys().getPrivate()));
    }
}
