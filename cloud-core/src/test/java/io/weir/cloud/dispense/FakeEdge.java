package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that only writes down what it is told. */
final class FakeEdge {
    final List<OpenDispense> opened = new CopyOnWriteArrayList<>();
    final List<EdgeApi.StopDispense> stopped = new CopyOnWriteArrayList<>();
    final List<EdgeApi.ResolveDispense> resolved = new CopyOnWriteArrayList<>();
    volatile boolean down;

    FakeEdge(Bus bus, String gateway) {
        bus.serveAsync(EdgeApi.OPEN.at(gateway), (call, q) -> take(opened, q, q.dispenseId()));
        bus.serveAsync(EdgeApi.STOP.at(gateway), (call, q) -> take(stopped, q, q.dispenseId()));
        bus.serveAsync(EdgeApi.RESOLVE.at(gateway), (call, q) -> take(resolved, q, q.dispenseId()));
    }

    private <T> Future<DispenseAnswer> take(List<T> list, T ask, String id) {
        if (down) {
            return Future.failedFuture(new Rejected(CommonError.UNAVAILABLE, "link down"));
        }
        list.add(ask);
        return Future.succeededFuture(new DispenseAnswer(id, Known.OPEN, null, 0));
    }

    OpenDispense command(String dispense) {
        return opened.stream()
                .filter(o -> o.dispenseId().equals(dispense))
                .findFirst()
                .orElse(null);
    }
}
