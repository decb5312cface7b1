package io.weir.edge.ingest;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.weir.edge.debug.Watch;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.TokenBuckets;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Who may come in over a transport: limits of address and device, proof, usability. Safe for any
 * thread; every decision is counted as {@code weir.<transport>.connects}.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final int REMEMBERED = 50_000;

    private final Transport shared;
    private final TokenBuckets deviceConnects;
    private final Counter[] counters = new Counter[Refusal.values().length];

    /**
     * @param burst attempts of one device from one address at once
     * @param perMinute attempts of one device from one address in the long run
     */
    public Admission(Transport shared, int burst, int perMinute) {
        this.shared = shared;
        this.deviceConnects = new TokenBuckets(burst, perMinute, REMEMBERED);
        for (Refusal r : Refusal.values()) {
            counters[r.ordinal()] =
                    shared.metrics()
                            .registry()
                            .counter("weir." + shared.name() + ".connects", "result", r.word());
        }
    }

    /**
     * Who comes.
     *
     * @param secure over TLS or DTLS
     * @param proof has it shown that it is this device?
     */
    public record Claim(
            String productKey,
            String deviceName,
            InetAddress address,
            boolean secure,
            Predicate<Device> proof) {}

    /** The device when it may come in; else why not. */
    public record Verdict(Refusal refusal, @Nullable Device device) {}

    /** Never fails. May be completed on any thread. */
    public Future<Verdict> admit(Claim claim) {
        Refusal unwelcome = unwelcome(claim);
        if (unwelcome != Refusal.ACCEPTED) {
            return Future.succeededFuture(refused(unwelcome));
        }
        Device known = shared.registry().find(claim.productKey, claim.deviceName);
        if (known != null && shared.registry().trusted()) {
            return Future.succeededFuture(decide(claim, known));
        }
        return shared.lookups()
                .ask(claim.productKey, claim.deviceName)
                .transform(
                        done -> {
                            Device device = done.result();
                            return Future.succeededFuture(
                                    done.failed()
                                            ? refused(Refusal.CANNOT_TELL)
                                            : device == null
                                                    ? refused(Refusal.UNKNOWN_DEVICE)
                                                    : decide(claim, device));
                        });
    }

    /** Counts one that was turned away before it could claim anything. */
    public Verdict refused(Refusal why) {
        counters[why.ordinal()].increment();
        return new Verdict(why, null);
    }

    private Refusal unwelcome(Claim claim) {
        Guard guard = shared.guard();
        if (guard.draining()) {
            return Refusal.DRAINING;
        }
        if (guard.banned(claim.address)) {
            return Refusal.BANNED;
        }
        String party = Guard.party(claim.address);
        String key = party + ' ' + claim.productKey + '/' + claim.deviceName;
        return guard.connect(party) && deviceConnects.allow(key, shared.nowMs())
                ? Refusal.ACCEPTED
                : Refusal.TOO_OFTEN;
    }

    private Verdict decide(Claim claim, Device device) {
        Guard guard = shared.guard();
        if (guard.banned(Kind.DEVICE, device.deviceId()) != null) {
            return refused(device, Refusal.BANNED);
        }
        // A removed device has no secret any more; an empty one must not open anything.
        if (device.secret().isEmpty() || !claim.proof.test(device)) {
            return refused(device, Refusal.CREDENTIALS);
        }
        if (device.refusal() != null) {
            LOG.info("{} refused: {}", device, device.refusal());
            return refused(device, Refusal.NOT_USABLE);
        }
        if (device.product().requireTls() && !claim.secure) {
            return refused(device, Refusal.TLS_REQUIRED);
        }
        if (guard.flapping(device.deviceId())) {
            return refused(device, Refusal.BANNED);
        }
        if (!guard.arrive(device.productKey(), device.tenant())) {
            return refused(device, Refusal.OWNER_TOO_FAST);
        }
        counters[Refusal.ACCEPTED.ordinal()].increment();
        return new Verdict(Refusal.ACCEPTED, device);
    }

    /** Whoever watches the device hears of those who came in its name. */
    private Verdict refused(Device device, Refusal why) {
        Watch watch = shared.alink().watches().of(device);
        if (watch != null) {
            watch.line("refused", why.word() + ", " + shared.name());
        }
        return refused(why);
    }
}
