package io.weir.cloud.ota;

import io.micrometer.core.instrument.Counter;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.GetDeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.ota.OtaApi;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Tells one device of its firmware. That it is told is committed first, with the time of the next
 * try; only the gateway's answer takes that time away. So whatever breaks between two lines, the
 * device is told at least once, and its time runs from the first try.
 */
final class Pusher {
    private static final Logger LOG = LoggerFactory.getLogger(Pusher.class);
    private static final Call CALL = Call.system("ota-push");

    /** Who came online just now may not be known to be yet. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Targets targets;
    private final OtaConfig config;
    private final Counter told;
    private final Counter silent;

    Pusher(Tx tx, Bus bus, Time time, Targets targets, OtaConfig config, Metrics metrics) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.targets = targets;
        this.config = config;
        this.told = metrics.registry().counter("weir.ota.offers", "result", "told");
        this.silent = metrics.registry().counter("weir.ota.offers", "result", "silent");
    }

    /** What was committed before the device is told, and when it is told again. */
    private record Pushed(Held held, Offer offer, Instant next) {}

    /**
     * @param seen as it was read, not locked
     */
    void push(Held seen) {
        Instant due = seen.dueAt();
        if (due == null) {
            return;
        }
        try {
            push(seen, due);
        } catch (Rejected e) { // another context does not answer
            LOG.debug("device {} is told later: {}", seen.upgrade().deviceId(), e.getMessage());
            later(seen, due, config.again());
        }
    }

    private void push(Held seen, Instant due) {
        String device = seen.upgrade().deviceId();
        DeviceModel model = targets.find(CALL, device);
        if (model == null || Moved.is(seen, model.tenant())) {
            tx.system(c -> moved(c, seen));
            return;
        }
        String gateway = model.connectedTo();
        if (gateway == null) {
            boolean fresh = seen.updatedAt().plus(FRESH).isAfter(time.now());
            later(seen, due, fresh ? config.again() : config.offline());
            return;
        }
        if (!free(device)) {
            later(seen, due, config.again());
            return;
        }
        Pushed pushed = tx.system(c -> pushed(c, seen));
        if (pushed != null) {
            offer(pushed, gateway);
        }
    }

    /** Not while it pours: a new firmware restarts the device. */
    boolean free(String device) {
        return bus.call(OperationsOps.DEVICE_USE, new GetDeviceUse(device), CALL).await().use()
                == Use.FREE;
    }

    private boolean moved(SqlConnection c, Held seen) {
        Held held = UpgradeStore.one(c, seen.campaignId(), seen.upgrade().deviceId());
        if (held != null) {
            UpgradeStore.save(c, List.of(Moved.of(held, now())));
        }
        return true;
    }

    private void later(Held seen, Instant due, Duration wait) {
        tx.system(
                c -> {
                    UpgradeStore.told(c, seen, due, now().plus(wait));
                    return true;
                });
    }

    /** Null when it isn't to be told any more. */
    private @Nullable Pushed pushed(SqlConnection c, Held seen) {
        Instant now = now();
        Kept campaign = CampaignStore.share(c, seen.campaignId());
        Held held = UpgradeStore.one(c, seen.campaignId(), seen.upgrade().deviceId());
        Instant due = held == null ? null : held.dueAt();
        if (campaign == null
                || held == null
                || due == null
                || due.isAfter(now)
                || !campaign.pushesAt(now)
                || !RolloutFlow.pushes(campaign.rollout(), held.upgrade())) {
            return null;
        }
        Offer offer = OfferStore.offer(c, held.campaignId(), held.upgrade().deviceId());
        if (offer == null) {
            return null;
        }
        Instant next = now.plus(config.again());
        Held after = held.with(UpgradeFlow.pushed(held.upgrade(), now), now).due(next, now);
        UpgradeStore.save(c, List.of(after));
        return new Pushed(after, offer, next);
    }

    private void offer(Pushed pushed, String gateway) {
        String device = pushed.offer().deviceId();
        try {
            bus.call(OtaApi.OFFER.at(gateway), pushed.offer(), CALL).await();
        } catch (Rejected e) {
            LOG.debug("device {} was not told of its firmware: {}", device, e.code());
            silent.increment();
            return;
        }
        told.increment();
        tx.system(
                c -> {
                    UpgradeStore.told(c, pushed.held(), pushed.next(), null);
                    return true;
                });
    }

    /** The device asks by itself: told by the answer. */
    @Nullable Offer asked(SqlConnection c, String campaignId, String device) {
        Instant now = now();
        Kept campaign = CampaignStore.share(c, campaignId);
        Held held = UpgradeStore.one(c, campaignId, device);
        if (campaign == null
                || held == null
                || !campaign.pushesAt(now)
                || !RolloutFlow.pushes(campaign.rollout(), held.upgrade())) {
            return null;
        }
        Offer offer = OfferStore.offer(c, campaignId, device);
        if (offer != null) {
            Held after = held.with(UpgradeFlow.pushed(held.upgrade(), now), now).due(null, now);
            UpgradeStore.save(c, List.of(after));
        }
        return offer;
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
