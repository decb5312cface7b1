package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.weir.edge.alink.AlinkDesk;
import io.weir.edge.guard.Allowances;

/** What the devices of one event loop share. */
final class HttpLoop {
    final ContextInternal context;
    final AlinkDesk desk;
    final Allowances allowances;
    final KnownTokens tokens;

    HttpLoop(ContextInternal context, AlinkDesk desk, Allowances allowances, KnownTokens tokens) {
        this.context = context;
        this.desk = desk;
        this.allowances = allowances;
        this.tokens = tokens;
    }

    /**
     * Runs it on this loop, at once when it is the caller's: requests run on copies of its context.
     */
    void run(Runnable task) {
        if (Vertx.currentContext() instanceof ContextInternal c && c.unwrap() == context) {
            task.run();
        } else {
            context.runOnContext(v -> task.run());
        }
    }
}
