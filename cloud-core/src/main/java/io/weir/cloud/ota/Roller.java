package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.ota.Rollout.State;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Goes round among the campaigns: begins and ends those whose time has come, fails devices that
 * take too long, opens groups, tells devices. Several nodes may do so at once, each step is under
 * its campaign's lock.
 */
final class Roller {
    private static final Logger LOG = LoggerFactory.getLogger(Roller.class);

    private final Tx tx;
    private final Time time;
    private final Pusher pusher;
    private final Crew crew;
    private final int batch;
    private boolean rolling;

    /**
     * @param batch devices that are told, or found late, in one round
     */
    Roller(Tx tx, Time time, Pusher pusher, Crew crew, int batch) {
        this.tx = tx;
        this.time = time;
        this.pusher = pusher;
        this.crew = crew;
        this.batch = batch;
    }

    /** One round; while one is under way another does nothing. */
    void roll() {
        if (rolling) {
            return;
        }
        rolling = true;
        try {
            late();
            List<Kept> open = tx.system(CampaignStore::open);
            for (Kept campaign : open) {
                Crew.alone("campaign " + campaign.id(), () -> step(campaign));
            }
            push();
        } finally {
            rolling = false;
        }
    }

    private void late() {
        tx.system(
                c -> {
                    Instant now = now();
                    UpgradeStore.save(
                            c,
                            UpgradeStore.late(c, now, batch).stream()
                                    .map(
                                            held ->
                                                    held.with(
                                                            UpgradeFlow.waited(
                                                                    held.upgrade(),
                                                                    held.allowed(),
                                                                    now),
                                                            now))
                                    .toList());
                    return true;
                });
    }

    private void step(Kept seen) {
        Instant now = now();
        Instant start = seen.startAt();
        Instant end = seen.endAt();
        switch (seen.rollout().state()) {
            case APPROVED, RUNNING, PAUSED -> {
                if (end != null && !now.isBefore(end)) {
                    locked(seen, this::ended);
                } else if (seen.rollout().state() == State.RUNNING) {
                    locked(seen, this::advanced);
                } else if (seen.rollout().state() == State.APPROVED
                        && start != null
                        && !now.isBefore(start)) {
                    locked(seen, this::started);
                }
            }
            case WAITING, FINISHED, CANCELLED -> {}
        }
    }

    private void locked(Kept seen, BiFunction<SqlConnection, Kept, Boolean> step) {
        tx.system(
                c -> {
                    Kept campaign = CampaignStore.lock(c, Scope.PLATFORM, seen.id());
                    return campaign == null ? false : step.apply(c, campaign);
                });
    }

    private boolean ended(SqlConnection c, Kept campaign) {
        RolloutFlow.cancelled(campaign.rollout())
                .ifPresent(after -> CampaignStore.cancel(c, campaign, after, now()));
        return true;
    }

    private boolean started(SqlConnection c, Kept campaign) {
        RolloutFlow.started(campaign.rollout())
                .ifPresent(after -> CampaignStore.save(c, campaign, after, now()));
        return true;
    }

    private boolean advanced(SqlConnection c, Kept campaign) {
        Rollout before = campaign.rollout();
        Rollout after =
                RolloutFlow.advanced(
                        before,
                        CampaignStore.groups(c, campaign.id()),
                        CampaignStore.tallies(c, campaign.id()));
        if (!after.equals(before)) {
            CampaignStore.save(c, campaign, after, now());
            LOG.info("campaign {}: {} {}", campaign.id(), after.state(), after.pause());
        }
        return true;
    }

    private void push() {
        Instant now = now();
        List<String> campaigns =
                tx.system(CampaignStore::open).stream()
                        .filter(campaign -> campaign.pushesAt(now))
                        .map(Kept::id)
                        .toList();
        if (campaigns.isEmpty()) {
            return;
        }
        crew.all(
                tx.system(c -> UpgradeStore.due(c, campaigns, now, batch)),
                held -> held.upgrade().deviceId(),
                pusher::push);
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
