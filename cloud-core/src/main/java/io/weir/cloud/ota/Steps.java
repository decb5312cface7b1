package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.ota.CampaignOps.Campaign;
import io.weir.api.ota.CampaignOps.GetCampaign;
import io.weir.cloud.ota.Rollout.State;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What people do with a campaign, one after the other under its lock. */
final class Steps {
    private final Tx tx;
    private final Time time;

    Steps(Tx tx, Time time) {
        this.tx = tx;
        this.time = time;
    }

    /** Empty when the campaign's state refuses it. */
    private interface Step {
        Optional<Rollout> of(SqlConnection c, Kept before);
    }

    Campaign approve(Call call, GetCampaign q) {
        String by = call.actor().uid();
        return step(
                call,
                q,
                "approve",
                (c, before) -> {
                    if (before.rollout().createdBy().equals(by)) {
                        throw new Rejected(
                                OtaError.SAME_PERSON, "another person must approve the campaign");
                    }
                    return RolloutFlow.approved(before.rollout(), by);
                });
    }

    Campaign start(Call call, GetCampaign q) {
        return step(call, q, "start", (c, before) -> RolloutFlow.started(before.rollout()));
    }

    Campaign pause(Call call, GetCampaign q) {
        return step(call, q, "pause", (c, before) -> RolloutFlow.paused(before.rollout()));
    }

    Campaign resume(Call call, GetCampaign q) {
        return step(
                call,
                q,
                "resume",
                (c, before) ->
                        RolloutFlow.resumed(
                                before.rollout(), CampaignStore.tallies(c, before.id())));
    }

    Campaign cancel(Call call, GetCampaign q) {
        return tx.run(
                call.scope(),
                c -> {
                    Kept before = lock(c, call, q);
                    Rollout after =
                            RolloutFlow.cancelled(before.rollout())
                                    .orElseThrow(() -> wrong(before));
                    CampaignStore.cancel(c, before, after, now());
                    return told(c, call, q, "cancel", before);
                });
    }

    Campaign retry(Call call, GetCampaign q) {
        try {
            return step(call, q, "retry", (c, before) -> retried(c, call, before));
        } catch (Exception e) {
            if (CampaignHandlers.taken(e)) {
                throw new Rejected(
                        OtaError.WRONG_STATE, "a failed device is in another campaign now");
            }
            throw e;
        }
    }

    private Optional<Rollout> retried(SqlConnection c, Call call, Kept before) {
        Optional<Rollout> after = RolloutFlow.retried(before.rollout());
        if (after.isEmpty()) {
            return after;
        }
        PackageHandlers.lock(c, call.scope(), before.packageId()); // it may be gone since
        Instant now = now();
        List<Held> again =
                UpgradeStore.failed(c, before.id()).stream()
                        .map(held -> held.with(UpgradeFlow.retried(held.upgrade()), now).taken())
                        .map(held -> opened(before, held) ? held.due(now, now) : held)
                        .toList();
        if (again.isEmpty()) {
            throw new Rejected(OtaError.WRONG_STATE, "no device of the campaign has failed");
        }
        UpgradeStore.save(c, again);
        return after;
    }

    private static boolean opened(Kept campaign, Held held) {
        return held.upgrade().group() < campaign.rollout().opened();
    }

    private Campaign step(Call call, GetCampaign q, String verb, Step step) {
        return tx.run(
                call.scope(),
                c -> {
                    Kept before = lock(c, call, q);
                    Rollout after = step.of(c, before).orElseThrow(() -> wrong(before));
                    CampaignStore.save(c, before, after, now());
                    return told(c, call, q, verb, before);
                });
    }

    /** The campaign as it is now, and as the audit has it. */
    private Campaign told(SqlConnection c, Call call, GetCampaign q, String verb, Kept before) {
        Campaign now = view(c, call, q);
        AuditStore.add(
                c,
                call,
                now(),
                now.tenant(),
                "ota.campaign." + verb,
                "campaign:" + q.campaignId(),
                before.rollout(),
                now);
        return now;
    }

    private static Kept lock(SqlConnection c, Call call, GetCampaign q) {
        Kept before = CampaignStore.lock(c, call.scope(), q.campaignId());
        if (before == null) {
            throw Rejected.notFound("campaign " + q.campaignId());
        }
        return before;
    }

    private static Campaign view(SqlConnection c, Call call, GetCampaign q) {
        return CampaignHandlers.found(
                CampaignQueries.get(c, call.scope(), q.campaignId()), q.campaignId());
    }

    private static Rejected wrong(Kept campaign) {
        State state = campaign.rollout().state();
        return new Rejected(OtaError.WRONG_STATE, "not of a campaign that is " + state);
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
