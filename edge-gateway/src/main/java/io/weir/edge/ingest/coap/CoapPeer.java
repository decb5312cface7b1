package io.weir.edge.ingest.coap;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.ingest.Transport;
import io.weir.edge.registry.Device;

import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.PskPublicInformation;
import org.eclipse.californium.scandium.dtls.PskSecretResult;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedPskStore;
import org.eclipse.californium.scandium.util.SecretUtil;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import javax.crypto.SecretKey;

/**
 * The keys of DTLS: identity {@code deviceName&productKey}, key the device's secret. Whoever is not
 * known, or must not come in, has no key: the handshake fails as with a wrong one.
 */
final class CoapPeer implements AdvancedPskStore {
    private final Transport transport;
    private final Context context;
    private volatile @Nullable HandshakeResultHandler handler;

    /**
     * @param context where unknown devices are asked for; the answer must not come on the thread
     *     that asks
     */
    CoapPeer(Transport transport, Context context) {
        this.transport = transport;
        this.context = context;
    }

    /** What an identity says. */
    record Name(String productKey, String deviceName) {
        private static final int MAX = 128;

        static @Nullable Name parse(String identity) {
            int and = identity.lastIndexOf('&');
            return and < 1 || and == identity.length() - 1 || identity.length() > MAX
                    ? null
                    : new Name(identity.substring(and + 1), identity.substring(0, and));
        }
    }

    @Override
    public boolean hasEcdhePskSupported() {
        return true;
    }

    @Override
    public @Nullable PskSecretResult requestPskSecretResult(
            ConnectionId connection,
            @Nullable ServerNames serverName,
            PskPublicInformation identity,
            String hmacAlgorithm,
            @Nullable SecretKey otherSecret,
            byte[] seed,
            boolean useExtendedMasterSecret) {
        Name name = Name.parse(identity.getPublicInfoAsString());
        if (name == null) {
            return new PskSecretResult(connection, identity, null);
        }
        Device known = transport.registry().find(name.productKey, name.deviceName);
        if (known != null && transport.registry().trusted()) {
            return new PskSecretResult(connection, identity, key(known));
        }
        context.runOnContext(v -> ask(connection, identity, name));
        return null;
    }

    private void ask(ConnectionId connection, PskPublicInformation identity, Name name) {
        Future<@Nullable Device> asked = transport.lookups().ask(name.productKey, name.deviceName);
        asked.onComplete(
                done -> {
                    HandshakeResultHandler waiting = handler;
                    if (waiting != null) {
                        Device device = done.result();
                        SecretKey key = device == null ? null : key(device);
                        waiting.apply(new PskSecretResult(connection, identity, key));
                    }
                });
    }

    private @Nullable SecretKey key(Device device) {
        boolean may =
                device.refusal() == null
                        && !device.secret().isEmpty()
                        && !transport.guard().draining()
                        && transport.guard().banned(Kind.DEVICE, device.deviceId()) == null;
        return may
                ? SecretUtil.create(device.secret().getBytes(StandardCharsets.UTF_8), "PSK")
                : null;
    }

    /** We never dial. */
    @Override
    public @Nullable PskPublicInformation getIdentity(
            InetSocketAddress peer, @Nullable ServerNames virtualHost) {
        return null;
    }

    @Override
    public void setResultHandler(HandshakeResultHandler handler) {
        this.handler = handler;
    }
}
