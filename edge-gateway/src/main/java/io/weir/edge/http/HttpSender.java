package io.weir.edge.http;

import io.weir.edge.alink.PostingSender;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Allowance;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.registry.Device;

import java.util.ArrayDeque;

/** A device that posts over HTTP; it stays on the event loop where it began. */
final class HttpSender extends PostingSender {
    final HttpLoop loop;
    final Allowance allowance;
    private final ArrayDeque<HttpTurn> pending = new ArrayDeque<>(2);

    HttpSender(HttpLoop loop, DeviceLines lines, Device device, long epoch) {
        super(lines, device, epoch);
        this.loop = loop;
        this.allowance = loop.allowances.of(device.productKey(), device.tenant());
    }

    /** On its loop. */
    int waiting() {
        return pending.size();
    }

    /** On its loop. */
    void add(HttpTurn turn) {
        pending.add(turn);
    }

    /** Answers what is settled, in the order of arrival; on its loop. */
    void drain(MeteringInlet inlet) {
        for (HttpTurn t = pending.peek(); t != null && t.settled(); t = pending.peek()) {
            pending.poll();
            t.tell(inlet);
            t.respond();
        }
    }
}
