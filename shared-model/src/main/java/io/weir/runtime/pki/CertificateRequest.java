package io.weir.runtime.pki;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;

/** PKCS #10: a public key, signed with its private one. */
public final class CertificateRequest {
    private static final String LABEL = "CERTIFICATE REQUEST";
    private static final int BITS = 256;

    private CertificateRequest() {}

    /** PEM. */
    public static String of(KeyPair keys, String commonName) {
        try {
            var request =
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name("CN=" + commonName), keys.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate()));
            return Pem.block(LABEL, request.getEncoded());
        } catch (OperatorException | IOException e) {
            throw new IllegalStateException("the request can't be signed", e);
        }
    }

    /**
     * The key that the sender holds. Its subject and extensions count for nothing: who signs says
     * whose it is. IllegalArgumentException when it is no request, its signature is wrong, or the
     * key is of another kind than ours.
     */
    public static PublicKey checked(String pem) {
        try {
            var request =
                    new JcaPKCS10CertificationRequest(
                            new PKCS10CertificationRequest(Pem.content(LABEL, pem)));
            PublicKey key = request.getPublicKey();
            if (!(key instanceof ECPublicKey ec)
                    || ec.getParams().getCurve().getField().getFieldSize() != BITS) {
                throw new IllegalArgumentException("the key must be of the curve P-256");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the request is not signed with its own key");
            }
            return key;
        } catch (IOException | GeneralSecurityException | OperatorException | PKCSException e) {
            throw new IllegalArgumentException("not a certificate request", e);
        }
    }
}
