package io.weir.api.door;

import io.weir.api.Op;
import io.weir.api.Signal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Remote gateways: who may pass the door, and with what (DESIGN section 5, enrolment). */
public interface DoorApi {
    /** The authority that signs gateways' certificates; it is made when there is none yet. */
    Op<GetAuthority, Authority> AUTHORITY =
            Op.of("door.authority.v1", GetAuthority.class, Authority.class);

    /**
     * A gateway has connected with a certificate. FORBIDDEN when it is unknown, revoked or expired.
     */
    Op<Admit, Admission> ADMIT =
            Op.of("door.admit.v1", Admit.class, Admission.class).within(Duration.ofSeconds(5));

    /** Which of these connections must end, and why. */
    Op<Recheck, Ended> RECHECK =
            Op.of("door.recheck.v1", Recheck.class, Ended.class).within(Duration.ofSeconds(5));

    /** A token for a certificate. FORBIDDEN when it is unknown, used, expired or another's. */
    Op<Enrol, Certificate> ENROL = Op.of("door.enrol.v1", Enrol.class, Certificate.class);

    /** A certificate for the next one. FORBIDDEN as for {@link #ADMIT}. */
    Op<Renew, Certificate> RENEW = Op.of("door.renew.v1", Renew.class, Certificate.class);

    /** Staff of the platform: a one-time token for a gateway. */
    Op<IssueToken, Token> ISSUE = Op.of("door.token.issue.v1", IssueToken.class, Token.class);

    /** Staff of the platform: no certificate of the gateway is good any more. */
    Op<Revoke, Revoked> REVOKE = Op.of("door.revoke.v1", Revoke.class, Revoked.class);

    /** A gateway has connected: older connections of it end. */
    Signal<Connected> CONNECTED = new Signal<>("door.connected.v1", Connected.class);

    /** A gateway's certificates were revoked: its connection ends now instead of soon. */
    Signal<Revoked> REVOKED = new Signal<>("door.revoked.v1", Revoked.class);

    record GetAuthority() {}

    /**
     * @param certificate PEM
     */
    record Authority(String certificate) {}

    /**
     * @param serial of the certificate, lower-case hex
     * @param node the cloud node that it is connected to
     */
    record Admit(String gateway, String serial, String node) {}

    /**
     * @param epoch higher than that of every earlier connection of the gateway
     */
    record Admission(long epoch) {}

    record Connection(String gateway, String serial, long epoch) {}

    record Recheck(List<Connection> connections) {}

    record Ending(String gateway, long epoch, String why) {}

    record Ended(List<Ending> connections) {}

    /**
     * @param request PKCS #10 as PEM
     */
    record Enrol(String gateway, String token, String request) {}

    record Renew(String gateway, String serial, String request) {}

    /**
     * @param certificate PEM
     * @param authority PEM of who signed it
     */
    record Certificate(String certificate, String authority) {}

    record IssueToken(String gateway) {}

    /**
     * @param token shown once, kept as a hash only
     */
    record Token(String gateway, String token, Instant expireTms) {}

    record Revoke(String gateway) {}

    /**
     * @param revoked certificates that were good until now
     */
    record Revoked(String gateway, int revoked) {}

    record Connected(String gateway, long epoch) {}
}
