package io.weir.cloud.door;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.door.DoorApi;
import io.weir.api.door.DoorApi.Admission;
import io.weir.api.door.DoorApi.Admit;
import io.weir.api.door.DoorApi.Certificate;
import io.weir.api.door.DoorApi.Ended;
import io.weir.api.door.DoorApi.Ending;
import io.weir.api.door.DoorApi.Enrol;
import io.weir.api.door.DoorApi.GetAuthority;
import io.weir.api.door.DoorApi.IssueToken;
import io.weir.api.door.DoorApi.Recheck;
import io.weir.api.door.DoorApi.Renew;
import io.weir.api.door.DoorApi.Revoke;
import io.weir.api.door.DoorApi.Revoked;
import io.weir.api.door.DoorApi.Token;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.pki.CertificateRequest;
import io.weir.runtime.pki.Pem;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Who may pass the door: tokens, certificates, connections. */
final class DeskHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(DeskHandlers.class);
    private static final int TOKEN_BYTES = 32;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final DeskConfig config;
    private final AuthorityHolder authority;
    private final SecureRandom random = new SecureRandom();

    DeskHandlers(Tx tx, Bus bus, Time time, DeskConfig config, AuthorityHolder authority) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.config = config;
        this.authority = authority;
    }

    DoorApi.Authority authority(Call call, GetAuthority ask) {
        return new DoorApi.Authority(Pem.of(authority.get(time.now()).certificate()));
    }

    Admission admit(Call call, Admit ask) {
        Instant now = time.now();
        long epoch =
                tx.system(
                        c -> {
                            if (!DoorStore.isGood(c, ask.serial(), ask.gateway(), now)) {
                                throw notGood(ask.gateway());
                            }
                            return DoorStore.connect(c, ask.gateway(), ask.node(), now);
                        });
        bus.publish(DoorApi.CONNECTED, new DoorApi.Connected(ask.gateway(), epoch));
        return new Admission(epoch);
    }

    Ended recheck(Call call, Recheck ask) {
        var ends = tx.system(c -> DoorStore.toEnd(c, ask.connections(), time.now()));
        List<Ending> told = new ArrayList<>();
        ends.forEach((one, why) -> told.add(new Ending(one.gateway(), one.epoch(), why)));
        return new Ended(told);
    }

    private static String gateway(String name) {
        return "gateway:" + name;
    }

    Token issue(Call call, IssueToken ask) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = time.now();
        Instant expires = now.plus(config.tokenLife());
        String by = call.actor().uid();
        tx.system(
                c -> {
                    DoorStore.addToken(c, hash(token), ask.gateway(), by, now, expires);
                    AuditStore.add(
                            c,
                            call,
                            now,
                            "/",
                            "door.enrolment.add",
                            gateway(ask.gateway()),
                            null,
                            expires);
                    return true;
                });
        LOG.info("{} made an enrolment token for gateway {}", by, ask.gateway());
        return new Token(ask.gateway(), token, expires);
    }

    /** The token is used up only together with the certificate that it gives. */
    Certificate enrol(Call call, Enrol ask) {
        Certificate made =
                sign(
                        ask.gateway(),
                        ask.request(),
                        c -> {
                            if (!DoorStore.useToken(
                                    c, hash(ask.token()), ask.gateway(), time.now())) {
                                throw new Rejected(
                                        CommonError.FORBIDDEN,
                                        "the token is unknown, used, expired or another gateway's");
                            }
                        });
        LOG.info("gateway {} enrolled", ask.gateway());
        return made;
    }

    Certificate renew(Call call, Renew ask) {
        Certificate made =
                sign(
                        ask.gateway(),
                        ask.request(),
                        c -> {
                            if (!DoorStore.isGood(c, ask.serial(), ask.gateway(), time.now())) {
                                throw notGood(ask.gateway());
                            }
                        });
        LOG.info("gateway {} renewed its certificate", ask.gateway());
        return made;
    }

    Revoked revoke(Call call, Revoke ask) {
        String by = call.actor().uid();
        int count =
                tx.system(
                        c -> {
                            String target = gateway(ask.gateway());
                            AuditStore.add(
                                    c,
                                    call,
                                    time.now(),
                                    "/",
                                    "door.gateway.revoke",
                                    target,
                                    null,
                                    null);
                            return DoorStore.revoke(c, ask.gateway(), by, time.now());
                        });
        var revoked = new Revoked(ask.gateway(), count);
        LOG.warn("{} revoked {} certificates of gateway {}", by, count, ask.gateway());
        bus.publish(DoorApi.REVOKED, revoked);
        return revoked;
    }

    private Certificate sign(String gateway, String request, Consumer<SqlConnection> check) {
        PublicKey holder = holder(request);
        Authority signer = authority.get(time.now());
        return tx.system(
                c -> {
                    check.accept(c);
                    Instant now = time.now();
                    X509Certificate made =
                            signer.sign(gateway, holder, now, config.certificateLife());
                    DoorStore.addCertificate(
                            c,
                            made.getSerialNumber().toString(16),
                            gateway,
                            now,
                            made.getNotAfter().toInstant());
                    return new Certificate(Pem.of(made), Pem.of(signer.certificate()));
                });
    }

    private static PublicKey holder(String request) {
        try {
            return CertificateRequest.checked(request);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("request", String.valueOf(e.getMessage()));
        }
    }

    private static Rejected notGood(String gateway) {
        return new Rejected(
                CommonError.FORBIDDEN,
                "the certificate of gateway " + gateway + " is unknown, revoked or expired");
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
