package io.weir.cloud.dispense;

import io.weir.api.dispense.DispenseOps.CreateDispense;
import io.weir.api.dispense.GrantOps.CreateGrant;
import io.weir.api.dispense.GrantOps.GrantView;
import io.weir.cloud.dispense.CreateDispenseHandler.Way;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.access.Scope;
import io.weir.model.grant.GrantKind;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A member buys quota for the time without the cloud. The rows stand before the ledger is asked, so
 * whatever dies here is gone on with by {@link SliceDesk#settle}.
 */
final class CreateGrantHandler {
    private final Tx tx;
    private final Time time;
    private final SlicesConfig config;
    private final CreateDispenseHandler offers;
    private final SliceDesk desk;
    private final GrantHandlers views;
    private final SliceNews news;
    private final DispenseIds ids;
    private final GrantStore grants = new GrantStore();
    private final SliceStore slices = new SliceStore();

    CreateGrantHandler(
            Tx tx,
            Time time,
            SlicesConfig config,
            CreateDispenseHandler offers,
            SliceDesk desk,
            GrantHandlers views,
            SliceNews news) {
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.offers = offers;
        this.desk = desk;
        this.views = views;
        this.news = news;
        this.ids = new DispenseIds(time);
    }

    GrantView handle(Call call, CreateGrant ask) {
        Scope scope = call.scope();
        String key = call.idempotencyKey();
        if (!call.actor().isMember()) {
            throw new Rejected(CommonError.FORBIDDEN, "only a member buys quota");
        }
        if (key == null) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REQUIRED, "header Idempotency-Key is required");
        }
        check(ask);
        QuotaGrant before = tx.run(scope, c -> grants.byKey(c, scope, key));
        if (before != null) {
            return replay(scope, before, ask);
        }
        var wish = new CreateDispense(ask.deviceId(), ask.outlet(), ask.volumeMl());
        Order template = offers.offer(call, key, wish, Way.QUOTA);
        Instant now = template.created();
        QuotaGrant grant =
                new QuotaGrant(
                        template.id(),
                        key,
                        GrantKind.WALLET,
                        ask.startBy(),
                        ask.slices(),
                        template,
                        now.plus(Duration.ofHours(ask.hours())),
                        false);
        List<PaidSlice> made = tx.run(scope, c -> insert(c, grant, now));
        made.forEach(desk::hold);
        news.changed(template.gateway());
        return tx.run(scope, c -> views.view(c, scope, grant.id()));
    }

    private void check(CreateGrant ask) {
        offers.checkVolume(ask.volumeMl());
        if (ask.slices() < 1 || ask.slices() > config.maxSlices()) {
            throw Rejected.invalid("slices", "must be 1.." + config.maxSlices());
        }
        if (ask.hours() < 1 || ask.hours() > config.maxHours()) {
            throw Rejected.invalid("hours", "must be 1.." + config.maxHours());
        }
    }

    private List<PaidSlice> insert(
            io.vertx.sqlclient.SqlConnection c, QuotaGrant grant, Instant now) {
        if (!grants.insert(c, grant)) {
            throw new Rejected(CommonError.UNAVAILABLE, "the same question is being answered");
        }
        List<PaidSlice> made = new ArrayList<>();
        for (int i = 0; i < grant.slices(); i++) {
            made.add(grant.slice(ids.next(), now));
        }
        slices.insert(c, made, now, now.plus(config.retry()));
        return made;
    }

    private GrantView replay(Scope scope, QuotaGrant before, CreateGrant ask) {
        Order o = before.template();
        boolean same =
                o.deviceId().equals(ask.deviceId())
                        && o.outlet() == ask.outlet()
                        && o.orderedMl() == ask.volumeMl()
                        && before.slices() == ask.slices()
                        && before.startBy() == ask.startBy();
        if (!same) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REUSED,
                    "this idempotency key was used for another grant");
        }
        return tx.run(scope, c -> views.view(c, scope, before.id()));
    }
}
