package io.weir.cloud.configuration;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.weir.api.configuration.ConfigurationApi;
import io.weir.api.configuration.ConfigurationOps.State;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.cloud.configuration.PushStore.Due;
import io.weir.cloud.configuration.PushStore.Outcome;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Tells devices of pushed configurations, so many a second. What a device is to hear stands in the
 * database before it is told; told twice after a kill, it hears the same configId again.
 */
final class Pusher {
    private static final Logger LOG = LoggerFactory.getLogger(Pusher.class);
    private static final Call CALL = Call.system("configuration-push");
    private static final int FINE = 200;
    private static final int MOST_REASON = 200;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final ConfigurationConfig config;
    private final Metrics metrics;
    private final Context context;

    private volatile boolean open = true;

    /**
     * @param vertx of the calling verticle, on virtual threads
     */
    Pusher(Vertx vertx, Tx tx, Bus bus, Time time, ConfigurationConfig config, Metrics metrics) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.config = config;
        this.metrics = metrics;
        this.context = vertx.getOrCreateContext();
    }

    /** Once a second. With no push open it costs one small query. */
    void run() {
        open = tx.system(PushStore::anyOpen);
        if (!open) {
            return;
        }
        Instant now = time.now();
        List<Due> due =
                tx.system(
                        c -> {
                            PushStore.end(c, now);
                            return PushStore.claim(
                                    c, config.pace(), now, now.plus(config.patience()));
                        });
        for (Due one : due) {
            context.runOnContext(v -> tell(one));
        }
    }

    /** A device came online. */
    void came(String deviceId) {
        if (open) {
            tx.system(
                    c -> {
                        PushStore.wake(c, deviceId, time.now());
                        return true;
                    });
        }
    }

    private void tell(Due due) {
        try {
            Outcome outcome = outcome(due);
            String state = outcome.state().name().toLowerCase(Locale.ROOT);
            metrics.registry().counter("weir.configuration.pushes", "state", state).increment();
            tx.system(
                    c -> {
                        PushStore.settle(c, due, outcome, time.now());
                        return true;
                    });
        } catch (Exception e) { // await() throws what a future failed with
            LOG.debug("device {} is told later: {}", due.deviceId(), e.toString());
        }
    }

    private Outcome outcome(Due due) {
        DeviceModel device;
        try {
            device = bus.call(DevicesApi.MODEL, new GetDispenser(due.deviceId()), CALL).await();
        } catch (Rejected e) {
            return e.is(CommonError.NOT_FOUND)
                    ? failed(null, "the device is gone")
                    : later("the devices context does not answer", false);
        }
        if (!device.tenant().startsWith(due.tenant())
                || !device.productKey().equals(due.productKey())) {
            return failed(null, "the device belongs to another tenant or product now");
        }
        String gateway = device.connectedTo();
        if (gateway == null) {
            return later("offline", false);
        }
        try {
            CommandReply reply =
                    bus.call(ConfigurationApi.OFFER.at(gateway), due.offer(), CALL).await();
            return reply.code() == FINE
                    ? new Outcome(State.ACKNOWLEDGED, FINE, null, true, time.now())
                    : failed(reply.code(), "refused by the device: " + reply.message());
        } catch (Rejected e) {
            return due.tries() + 1 >= config.tries()
                    ? failed(null, "no reply: " + e.code())
                    : later("no reply: " + e.code(), true);
        }
    }

    private Outcome later(String reason, boolean tried) {
        return new Outcome(State.PENDING, null, reason, tried, time.now().plus(config.again()));
    }

    private Outcome failed(@Nullable Integer code, String reason) {
        return new Outcome(
                State.FAILED,
                code,
                reason.substring(0, Math.min(reason.length(), MOST_REASON)).replace("\0", ""),
                true,
                time.now());
    }
}
