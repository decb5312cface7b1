package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.dispense.OperationsOps.AcknowledgeOverrun;
import io.weir.api.dispense.OperationsOps.AcknowledgeUnattributed;
import io.weir.api.dispense.OperationsOps.ClearFault;
import io.weir.api.dispense.OperationsOps.DeclareGatewayLost;
import io.weir.api.dispense.OperationsOps.FaultView;
import io.weir.api.dispense.OperationsOps.GatewayLost;
import io.weir.api.dispense.OperationsOps.ListOpenMatters;
import io.weir.api.dispense.OperationsOps.UnattributedView;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** The operator's one-line actions; what they touch is decided by the caller's scope. */
final class OperatorHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorHandlers.class);

    private final Tx tx;
    private final Time time;
    private final DispenseConfig config;
    private final DispenseBook book;
    private final DispenseNews news;
    private final DispenseStore dispenses = new DispenseStore();
    private final DispenseQueries queries = new DispenseQueries();
    private final GatewaySlices slices = new GatewaySlices();
    private final FaultStore faults = new FaultStore();
    private final UnattributedStore unattributed = new UnattributedStore();

    OperatorHandlers(
            Tx tx, Time time, DispenseConfig config, DispenseBook book, DispenseNews news) {
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.book = book;
        this.news = news;
    }

    Page<UnattributedView> listUnattributed(Call call, ListOpenMatters ask) {
        Paging paging = Paging.of(ask.limit(), ask.offset(), config.maxPage());
        return tx.run(call.scope(), c -> unattributed.page(c, call.scope(), paging));
    }

    Done acknowledgeUnattributed(Call call, AcknowledgeUnattributed ask) {
        String by = call.actor().uid();
        boolean known =
                tx.run(
                        call.scope(),
                        c ->
                                deed(
                                        c,
                                        call,
                                        unattributed.acknowledge(
                                                c, call.scope(), ask.id(), by, time.now()),
                                        "unattributed.acknowledge",
                                        "unattributed:" + ask.id()));
        if (!known) {
            throw Rejected.notFound("unattributed flow " + ask.id());
        }
        return Done.DONE;
    }

    Page<FaultView> listFaults(Call call, ListOpenMatters ask) {
        Paging paging = Paging.of(ask.limit(), ask.offset(), config.maxPage());
        return tx.run(call.scope(), c -> faults.page(c, call.scope(), paging));
    }

    Done clearFault(Call call, ClearFault ask) {
        String by = call.actor().uid();
        boolean known =
                tx.run(
                        call.scope(),
                        c ->
                                deed(
                                        c,
                                        call,
                                        faults.cleared(
                                                c, call.scope(), ask.deviceId(), by, time.now()),
                                        "fault.clear",
                                        "device:" + ask.deviceId()));
        if (!known) {
            throw Rejected.notFound("fault of device " + ask.deviceId());
        }
        news.fault(call.scope().path(), ask.deviceId(), false, null);
        return Done.DONE;
    }

    Done acknowledgeOverrun(Call call, AcknowledgeOverrun ask) {
        boolean known =
                tx.run(
                        call.scope(),
                        c ->
                                deed(
                                        c,
                                        call,
                                        queries.acknowledgeOverrun(
                                                c, call.scope(), ask.dispenseId(), time.now()),
                                        "overrun.acknowledge",
                                        "dispense:" + ask.dispenseId()));
        if (!known) {
            throw Rejected.notFound("overrun of dispense " + ask.dispenseId());
        }
        return Done.DONE;
    }

    /**
     * For the audit log.
     *
     * @param tenant of whom; null when nothing was done
     * @return whether something was done
     */
    private boolean deed(
            SqlConnection c, Call call, @Nullable String tenant, String action, String target) {
        if (tenant == null) {
            return false;
        }
        AuditStore.add(c, call, time.now(), tenant, "dispense." + action, target, null, null);
        return true;
    }

    GatewayLost declareLost(Call call, DeclareGatewayLost ask) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform gives a gateway up");
        }
        int reserved =
                tx.system(
                        c -> {
                            slices.recall(c, ask.gateway(), null, time.now());
                            deed(c, call, "/", "gateway.lost", "gateway:" + ask.gateway());
                            return slices.out(c, ask.gateway());
                        });
        List<String> open = tx.system(c -> dispenses.openAt(c, ask.gateway()));
        LOG.warn("gateway {} is declared lost by {}", ask.gateway(), call.actor().uid());
        open.forEach(id -> book.systemStep(id, new EndOverdue()));
        return new GatewayLost(ask.gateway(), open.size(), reserved);
    }
}
