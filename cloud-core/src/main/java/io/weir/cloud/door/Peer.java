package io.weir.cloud.door;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end, by its certificate: signed by our authority and in date, which TLS has
 * checked. Whether it was revoked is for the database to say.
 *
 * @param gateway the common name
 * @param serial lower-case hex
 */
record Peer(String gateway, String serial) {
    /** Null when the other end has shown no certificate. */
    static @Nullable Peer of(@Nullable SSLSession session) {
        if (session == null) {
            return null;
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate shown
                    ? of(shown)
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    static @Nullable Peer of(X509Certificate certificate) {
        try {
            for (Rdn part :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return new Peer(
                            String.valueOf(part.getValue()),
                            certificate.getSerialNumber().toString(16));
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
