package io.weir.edge.ingest.coap;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.edge.guard.Allowances;
import io.weir.edge.ingest.Transport;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The devices that have shown who they are, each with one token at most; bounded. Lives in memory:
 * after a restart everybody is asked again, by 4.01. Used on one event loop.
 */
final class CoapSenders {
    private static final int TOKEN_BYTES = 16;

    private final Transport transport;
    private final CoapIngestConfig config;
    private final Vertx vertx;
    private final Allowances allowances;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Held> tokens = new HashMap<>();
    private final LinkedHashMap<String, Held> devices = new LinkedHashMap<>(64, 0.75f, true);

    /** One device. */
    private static final class Held {
        final Future<CoapSender> sender;
        String token = "";
        long tokenUntilMs;

        Held(Future<CoapSender> sender) {
            this.sender = sender;
        }
    }

    CoapSenders(Transport transport, CoapIngestConfig config, Vertx vertx) {
        this.transport = transport;
        this.config = config;
        this.vertx = vertx;
        this.allowances = transport.guard().allowances();
    }

    /** The device has shown who it is: a new token, in place of an older one. */
    String token(Device device) {
        Held held = hold(device);
        tokens.remove(held.token);
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        held.token = HexFormat.of().formatHex(bytes);
        held.tokenUntilMs = transport.nowMs() + config.tokenLife().toMillis();
        tokens.put(held.token, held);
        return held.token;
    }

    /** Whose token it is; null when it is nobody's, or is over. */
    @Nullable Future<CoapSender> byToken(String token) {
        Held held = tokens.get(token);
        return held == null || held.tokenUntilMs < transport.nowMs() ? null : held.sender;
    }

    /** Null when the device has not come in over DTLS yet. */
    @Nullable Future<CoapSender> known(String deviceId) {
        Held held = devices.get(deviceId);
        return held == null ? null : held.sender;
    }

    Future<CoapSender> of(Device device) {
        return hold(device).sender;
    }

    void forget(String deviceId) {
        Held held = devices.remove(deviceId);
        if (held != null) {
            tokens.remove(held.token);
        }
    }

    int size() {
        return devices.size();
    }

    private Held hold(Device device) {
        Held known = devices.get(device.deviceId());
        CoapSender there = known == null ? null : known.sender.result();
        if (known != null && (there == null || there.fits(device))) {
            return known;
        }
        forget(device.deviceId());
        if (devices.size() >= config.devicesMax()) {
            forget(devices.firstEntry().getKey());
        }
        Held made = new Held(sender(device));
        devices.put(device.deviceId(), made);
        return made;
    }

    private Future<CoapSender> sender(Device device) {
        return transport
                .epochs()
                .take(vertx, config.epochWait().toMillis())
                .map(
                        epoch ->
                                new CoapSender(
                                        transport.lines(),
                                        device,
                                        epoch,
                                        allowances.of(device.productKey(), device.tenant())));
    }
}
