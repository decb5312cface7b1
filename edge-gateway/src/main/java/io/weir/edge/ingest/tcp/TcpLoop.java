package io.weir.edge.ingest.tcp;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.weir.edge.alink.AlinkDesk;
import io.weir.edge.guard.Allowances;
import io.weir.edge.ingest.Admission;
import io.weir.edge.ingest.Transport;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the sessions of one event loop share. Used on that loop only. */
final class TcpLoop {
    final TcpIngest shared;
    final Transport transport;
    final TcpConfig config;
    final Admission admission;
    final Vertx vertx;
    final ContextInternal context;
    final AlinkDesk desk;
    final Allowances allowances;
    private final Set<TcpSession> sessions = new HashSet<>();
    private long ordersSeen;

    TcpLoop(
            TcpIngest shared,
            TcpConfig config,
            Admission admission,
            Vertx vertx,
            ContextInternal context) {
        this.shared = shared;
        this.transport = shared.transport;
        this.config = config;
        this.admission = admission;
        this.vertx = vertx;
        this.context = context;
        this.desk = new AlinkDesk(transport.alink(), transport.messages(), Integer.MAX_VALUE);
        this.allowances = transport.guard().allowances();
    }

    void add(TcpSession session) {
        sessions.add(session);
    }

    void remove(TcpSession session) {
        sessions.remove(session);
    }

    void endAll(String reason) {
        List.copyOf(sessions).forEach(session -> session.end(reason));
    }

    /** Once a second: is somebody banned, is the cache trusted no longer, do we drain? */
    void look() {
        if (transport.registry().trustEnded()) {
            endAll("trust without the cloud ended");
        }
        long orders = transport.guard().bans().orders();
        if (orders != ordersSeen) {
            ordersSeen = orders;
            List.copyOf(sessions).stream()
                    .filter(TcpSession::banned)
                    .forEach(session -> session.end("banned"));
        }
        if (transport.guard().draining()) {
            sessions.stream()
                    .sorted(Comparator.comparing(TcpSession::dispensing))
                    .limit(transport.guard().config().drainPerSecond())
                    .toList()
                    .forEach(session -> session.end("gateway draining"));
        }
    }
}
