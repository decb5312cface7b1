package io.weir.edge.ingest.mqtt;

import io.vertx.mqtt.MqttEndpoint;

import org.jspecify.annotations.Nullable;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Certificates of devices. TLS has checked signature, dates and revocation when we see them. */
final class Certificates {
    private Certificates() {}

    /** Null when the device showed none. */
    static @Nullable X509Certificate of(MqttEndpoint endpoint) {
        if (!endpoint.isSsl()) {
            return null;
        }
        try {
            Certificate[] chain = endpoint.sslSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** The device that a certificate is of: its common name is {@code DN&PK}, as the user name. */
    static DeviceAuth.@Nullable Name name(@Nullable X509Certificate certificate) {
        if (certificate == null) {
            return null;
        }
        try {
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return DeviceAuth.Name.parse(part.getValue().toString());
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
