package io.weir.e2e;

import io.weir.runtime.pki.Pem;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/**
 * Edge and cloud as two processes joined by the door only: the edge knows neither the cluster nor
 * Kafka, and enrols itself with a token that the platform's administrator has made.
 */
final class RemotePlatform extends SplitPlatform {
    private final int doorPort = freePort();
    private final Path certificate;
    private final Path key;
    private final Path token;
    private final Wire wire = new Wire(doorPort);
    private boolean enrolled;

    private RemotePlatform(Path data) {
        super(data);
        certificate = data.resolve("door-server.pem");
        key = data.resolve("door-server-key.pem");
        token = data.resolve("enrolment-token");
        makeServerCertificate();
    }

    static RemotePlatform start(String name) {
        return begin(new RemotePlatform(folder(name)), Map.of());
    }

    /** The network between the gateway and the door. */
    Wire wire() {
        return wire;
    }

    int doorPort() {
        return doorPort;
    }

    Path serverCertificate() {
        return certificate;
    }

    Path edgeCertificate() {
        return data.resolve("edge/door.pem");
    }

    String newToken(String gateway) {
        Api.Answer answer =
                admin().post("/operations/gateways/" + gateway + "/enrolments", Map.of());
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.data().get("token").asText();
    }

    int revoke(String gateway) {
        return admin().post("/operations/gateways/" + gateway + "/revocations", Map.of()).status();
    }

    /** Facts of a gateway that ingest has put aside. */
    long quarantined(String gateway) {
        try (var c = jdbc();
                var q =
                        c.prepareStatement(
                                "SELECT count(*) FROM ingest.quarantine WHERE gateway = ? AND"
                                        + " reason = 'NOT_ASSIGNED'")) {
            q.setString(1, gateway);
            try (var rows = q.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void startEdge() {
        if (!enrolled) {
            awaitCloud();
            write(token, newToken("edge-1"));
            enrolled = true;
        }
        super.startEdge();
    }

    @Override
    Map<String, String> cloudEnv() {
        Map<String, String> all = super.cloudEnv();
        all.put("WEIR_DOOR_PORT", String.valueOf(doorPort));
        all.put("WEIR_DOOR_CERT_FILE", certificate.toString());
        all.put("WEIR_DOOR_KEY_FILE", key.toString());
        return all;
    }

    @Override
    Map<String, String> edgeEnv() {
        Map<String, String> all = super.edgeEnv();
        for (String cloudOnly :
                new String[] {"WEIR_CLUSTER", "WEIR_CLUSTER_PORT", "WEIR_KAFKA", "WEIR_PG_URI"}) {
            all.remove(cloudOnly);
        }
        all.put("WEIR_DOOR", "wss://127.0.0.1:" + wire.port());
        all.put("WEIR_DOOR_LINK_CA_FILE", certificate.toString());
        all.put("WEIR_DOOR_LINK_TOKEN_FILE", token.toString());
        all.put("WEIR_DOOR_LINK_RETRY_MAX", "PT2S");
        return all;
    }

    @Override
    public void close() {
        wire.close();
        super.close();
    }

    private void makeServerCertificate() {
        try {
            KeyPair keys = Pem.newKeyPair();
            var name = new X500Name("CN=door");
            Instant now = Instant.now();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(Duration.ofDays(1))),
                            name,
                            keys.getPublic());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            write(
                    certificate,
                    Pem.of(
                            new JcaX509CertificateConverter()
                                    .getCertificate(builder.build(signer))));
            write(key, Pem.of(keys.getPrivate()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
