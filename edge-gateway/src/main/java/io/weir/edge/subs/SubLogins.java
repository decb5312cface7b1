package io.weir.edge.subs;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.alink.Outcome;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.Guard;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.runtime.crypto.SubDeviceProof;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Login and logout of sub-devices (facts: alink.md section 6). Judged from the registry's cache, so
 * it works with the cloud away; only a sub-device that the cache does not have behind this gateway
 * is asked for, since its topology may be a moment old. Of a batch all come in, or none.
 */
public final class SubLogins implements AlinkHandler {
    private final SubServices shared;
    private final Lookups lookups;
    private final Metrics metrics;
    private final AtomicInteger online = new AtomicInteger();
    private final Map<Integer, Counter> counted = new ConcurrentHashMap<>();
    private volatile @Nullable SubDevicesConfig config;

    public SubLogins(
            AlinkServices alink,
            DeviceRegistry registry,
            Lookups lookups,
            DeviceLines lines,
            Guard guard,
            Metrics metrics) {
        this.shared = new SubServices(alink, registry, lines, guard, online);
        this.lookups = lookups;
        this.metrics = metrics;
    }

    void start(SubDevicesConfig config) {
        this.config = config;
    }

    int online() {
        return online.get();
    }

    @Override
    public void handle(AlinkMessage message) {
        SubDevicesConfig limits = config;
        int code = message.envelope().code();
        if (code != AlinkReply.OK) {
            message.answer(code, SubCode.message(code), "{}");
        } else if (limits == null) {
            answer(message, SubCode.CANNOT_TELL);
        } else if (!(message.sender() instanceof SubGateway gateway)) {
            answer(message, SubCode.FORBIDDEN);
        } else if (message.topic().name.endsWith("logout")) {
            logout(message, gateway, limits);
        } else {
            login(message, gateway, limits);
        }
    }

    /** One that wants in, with what is known of it. */
    private record Wanted(SubDeviceProof proof, @Nullable Device device, boolean told) {}

    private void login(AlinkMessage message, SubGateway gateway, SubDevicesConfig limits) {
        boolean batch = message.topic().name.startsWith("batch");
        JsonNode params = Json.tree(message.envelope().params());
        List<SubDeviceProof> proofs = proofs(params, batch, limits.batch());
        if (proofs == null) {
            answer(message, SubCode.BAD_PARAMETER);
            return;
        }
        long now = shared.alink().time().tick().ms();
        if (!gateway.subs().allow(proofs.size(), limits.loginsPerSecond(), now)) {
            answer(message, SubCode.TOO_FAST);
            return;
        }
        message.finish(Outcome.ACCEPTED);
        Future.join(proofs.stream().map(proof -> find(gateway, proof)).toList())
                .onComplete(
                        done -> {
                            List<Wanted> wanted = new ArrayList<>(proofs.size());
                            for (int i = 0; i < proofs.size(); i++) {
                                wanted.add(done.result().resultAt(i));
                            }
                            enter(message, gateway, wanted, batch, limits);
                        });
    }

    private static @Nullable List<SubDeviceProof> proofs(JsonNode params, boolean batch, int most) {
        if (batch) {
            JsonNode method = params.path("signMethod");
            String ofAll =
                    method.isMissingNode() ? params.path("signmethod").asText() : method.asText();
            return SubDeviceProof.readAll(params.path("deviceList"), ofAll, most);
        }
        SubDeviceProof one = SubDeviceProof.read(params, null);
        return one == null ? null : List.of(one);
    }

    private Future<Wanted> find(SubGateway gateway, SubDeviceProof proof) {
        Device known = shared.registry().find(proof.productKey(), proof.deviceName());
        boolean trusted = shared.registry().trusted();
        if (known != null && trusted && isBehind(known, gateway)) {
            gateway.subs().expect();
            return Future.succeededFuture(new Wanted(proof, known, true));
        }
        return lookups.ask(proof.productKey(), proof.deviceName())
                .transform(
                        done -> {
                            Device device =
                                    done.succeeded() ? done.result() : trusted ? known : null;
                            boolean told = done.succeeded() || device != null;
                            return Future.succeededFuture(new Wanted(proof, device, told));
                        });
    }

    private void enter(
            AlinkMessage message,
            SubGateway gateway,
            List<Wanted> wanted,
            boolean batch,
            SubDevicesConfig limits) {
        List<Device> newcomers = new ArrayList<>();
        for (Wanted w : wanted) {
            int code = judge(gateway, w);
            if (code != AlinkReply.OK) {
                reply(message, code, SubCode.data(w.proof().productKey(), w.proof().deviceName()));
                return;
            }
            Device device = w.device();
            if (device != null
                    && gateway.subs().find(device.productKey(), device.deviceName()) == null) {
                newcomers.add(device);
            }
        }
        int room = limits.perGateway() - gateway.subs().size();
        int code = newcomers.size() > room ? SubCode.TOO_MANY : welcome(newcomers);
        if (code != AlinkReply.OK) {
            reply(message, code, "{}");
            return;
        }
        gateway.subs().expect();
        Future.join(newcomers.stream().map(device -> open(gateway, device)).toList())
                .onComplete(done -> reply(message, AlinkReply.OK, names(wanted, batch)));
    }

    /** Why a sub-device must not come in over this connection; 200 when it may. */
    private int judge(SubGateway gateway, Wanted w) {
        Device device = w.device();
        if (device == null) {
            return w.told() ? SubCode.UNKNOWN : SubCode.CANNOT_TELL;
        }
        String refusal = device.refusal();
        if ("REMOVED".equals(refusal)) {
            return SubCode.DELETED;
        }
        if (!isBehind(device, gateway)) {
            return SubCode.NO_TOPOLOGY;
        }
        if (!w.proof().holds(device.secret())) {
            return SubCode.WRONG_SIGN;
        }
        if (refusal != null) {
            return SubCode.DISABLED;
        }
        boolean hidden = gateway.secure() || !device.product().requireTls();
        return hidden && shared.guard().banned(Kind.DEVICE, device.deviceId()) == null
                ? AlinkReply.OK
                : SubCode.FORBIDDEN;
    }

    /** What holds for any device that comes in (Doorman). */
    private int welcome(List<Device> newcomers) {
        for (Device device : newcomers) {
            if (shared.guard().flapping(device.deviceId())) {
                return SubCode.FORBIDDEN;
            }
            if (!shared.guard().arrive(device.productKey(), device.tenant())) {
                return SubCode.TOO_FAST;
            }
        }
        return AlinkReply.OK;
    }

    private Future<Boolean> open(SubGateway gateway, Device device) {
        SubDevice sub = new SubDevice(shared, gateway, device);
        gateway.subs().add(sub);
        return gateway.takeEpoch().map(sub::online);
    }

    private void logout(AlinkMessage message, SubGateway gateway, SubDevicesConfig limits) {
        boolean batch = message.topic().name.startsWith("batch");
        JsonNode params = Json.tree(message.envelope().params());
        JsonNode all = batch ? params : Json.MAPPER.createArrayNode().add(params);
        if (!all.isArray() || all.isEmpty() || all.size() > limits.batch()) {
            answer(message, SubCode.BAD_PARAMETER);
            return;
        }
        List<SubDevice> leaving = new ArrayList<>();
        for (JsonNode one : all) {
            SubDevice sub =
                    gateway.subs()
                            .find(one.path("productKey").asText(), one.path("deviceName").asText());
            if (sub == null) {
                answer(message, SubCode.NO_SESSION);
                return;
            }
            leaving.add(sub);
        }
        leaving.forEach(sub -> sub.end("logout"));
        String data = SubCode.data(leaving.stream().map(SubDevice::device).toList(), batch);
        message.answer(AlinkReply.OK, SubCode.message(AlinkReply.OK), data);
    }

    private static boolean isBehind(Device device, SubGateway gateway) {
        return gateway.device().deviceId().equals(device.parent());
    }

    private static String names(List<Wanted> wanted, boolean batch) {
        List<Device> devices = new ArrayList<>();
        for (Wanted w : wanted) {
            if (w.device() != null) {
                devices.add(w.device());
            }
        }
        return SubCode.data(devices, batch);
    }

    private void answer(AlinkMessage message, int code) {
        count(code);
        message.answer(code, SubCode.message(code), "{}");
    }

    private void reply(AlinkMessage message, int code, String data) {
        count(code);
        message.reply(code, SubCode.message(code), data);
    }

    private void count(int code) {
        counted.computeIfAbsent(
                        code,
                        c ->
                                metrics.registry()
                                        .counter(
                                                "weir.subdevices.logins",
                                                "code",
                                                Integer.toString(c)))
                .increment();
    }
}
