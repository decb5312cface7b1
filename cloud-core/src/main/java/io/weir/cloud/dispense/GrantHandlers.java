package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.dispense.GrantOps.FreeSlice;
import io.weir.api.dispense.GrantOps.GetGrant;
import io.weir.api.dispense.GrantOps.GrantView;
import io.weir.api.dispense.GrantOps.ListSlices;
import io.weir.api.dispense.GrantOps.QuotaSum;
import io.weir.api.dispense.GrantOps.RecallGrant;
import io.weir.api.dispense.GrantOps.SliceView;
import io.weir.api.dispense.GrantOps.SumSlices;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.SliceInput.Freed;
import io.weir.cloud.dispense.SliceInput.Recalled;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Grants as their member sees them, slices as an operator does. */
final class GrantHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(GrantHandlers.class);

    private final Tx tx;
    private final Time time;
    private final int maxPage;
    private final SliceDesk desk;
    private final SliceKey key;
    private final SliceNews news;
    private final GrantStore grants = new GrantStore();
    private final SliceQueries queries = new SliceQueries();
    private final SliceStore slices = new SliceStore();
    private final QuotaSums sums = new QuotaSums();

    GrantHandlers(Tx tx, Time time, int maxPage, SliceDesk desk, SliceKey key, SliceNews news) {
        this.tx = tx;
        this.time = time;
        this.maxPage = maxPage;
        this.desk = desk;
        this.key = key;
        this.news = news;
    }

    GrantView get(Call call, GetGrant ask) {
        return tx.run(call.scope(), c -> view(c, call.scope(), ask.grantId()));
    }

    /** Whoever waits for a gateway's word sees it later in the same view. */
    GrantView recall(Call call, RecallGrant ask) {
        Scope scope = call.scope();
        GrantView before =
                tx.run(
                        scope,
                        c -> {
                            grants.recall(c, scope, ask.grantId(), time.now());
                            GrantView recalled = view(c, scope, ask.grantId());
                            QuotaGrant grant = grants.find(c, scope, ask.grantId());
                            audit(c, call, tenant(grant), "grant.recall", ask.grantId());
                            return recalled;
                        });
        before.slices().forEach(s -> desk.step(scope, s.dispenseId(), new Recalled()));
        before.slices().stream().map(SliceView::gateway).distinct().forEach(news::changed);
        return get(call, new GetGrant(ask.grantId()));
    }

    Page<SliceView> list(Call call, ListSlices ask) {
        Paging paging = Paging.of(ask.limit(), ask.offset(), maxPage);
        boolean own = call.actor().isMember(); // who sees nobody else's slices
        return tx.run(
                call.scope(),
                c -> queries.page(c, call.scope(), ask, paging, s -> own ? usable(s) : null));
    }

    Page<QuotaSum> sums(Call call, SumSlices ask) {
        Paging paging = Paging.of(ask.limit(), ask.offset(), maxPage);
        Page<QuotaSum> page = tx.run(call.scope(), c -> sums.page(c, call.scope(), ask, paging));
        // Journals belong to no tenant; whose gateways these are was decided by the sums.
        Set<String> gateways =
                page.items().stream().map(QuotaSum::gateway).collect(Collectors.toSet());
        return QuotaSums.with(page, tx.system(c -> slices.copies(c, gateways)));
    }

    SliceView free(Call call, FreeSlice ask) {
        Scope scope = call.scope();
        PaidSlice after = desk.step(scope, ask.dispenseId(), new Freed());
        SliceState state = after.standing().state();
        if (state != SliceState.RELEASING && state != SliceState.RELEASED) {
            throw new Rejected(DispenseError.WRONG_STATE, "the slice is " + state);
        }
        LOG.warn("slice {} is given back by {}", ask.dispenseId(), call.actor().uid());
        SliceView view =
                tx.run(
                        scope,
                        c -> {
                            slices.freedBy(c, scope, ask.dispenseId(), call.actor().uid());
                            audit(c, call, after.order().tenant(), "slice.free", ask.dispenseId());
                            return queries.one(c, scope, ask.dispenseId());
                        });
        if (view == null) {
            throw Rejected.notFound("slice " + ask.dispenseId());
        }
        return view;
    }

    private static String tenant(@Nullable QuotaGrant grant) {
        return Objects.requireNonNull(grant).template().tenant();
    }

    /** For the audit log. */
    private void audit(SqlConnection c, Call call, String tenant, String action, String id) {
        AuditStore.add(
                c,
                call,
                time.now(),
                tenant,
                "dispense." + action,
                action.substring(0, action.indexOf('.')) + ':' + id,
                null,
                null);
    }

    /** NOT_FOUND when it isn't in the scope. Only a member sees codes. */
    GrantView view(SqlConnection c, Scope scope, String id) {
        QuotaGrant g = grants.find(c, scope, id);
        if (g == null) {
            throw Rejected.notFound("grant " + id);
        }
        boolean own = g.template().member().equals(scope.member());
        List<SliceView> slices = queries.ofGrant(c, scope, id, s -> own ? usable(s) : null);
        Order o = g.template();
        return new GrantView(
                g.id(),
                g.kind(),
                g.startBy(),
                o.deviceId(),
                o.member(),
                o.outlet(),
                o.orderedMl(),
                o.terms().price(),
                g.recalled(),
                g.expires(),
                o.created(),
                slices);
    }

    private @Nullable String usable(PaidSlice slice) {
        return switch (slice.standing().state()) {
            case HELD, SERVED, TAKEN -> key.code(slice);
            case CREATED, REFUSED, DEBITED, RELEASING, RELEASED -> null;
        };
    }
}
