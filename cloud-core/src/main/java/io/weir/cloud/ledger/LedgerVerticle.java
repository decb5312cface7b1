package io.weir.cloud.ledger;

import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Op;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.WalletOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Serves the ledger. Any number of them, on any nodes, work on one database. */
public final class LedgerVerticle extends VerticleBase {
    private final LedgerConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Metrics metrics;

    public LedgerVerticle(LedgerConfig config, Bus bus, Db db, Time time, Metrics metrics) {
        this.config = config;
        this.bus = bus;
        this.tx = new Tx(db);
        this.time = time;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        var batcher = new LedgerBatcher(context, tx, time, config);
        Gauge.builder("weir.ledger.waiting", batcher, LedgerBatcher::waiting)
                .tag("verticle", deploymentID())
                .register(metrics.registry());
        var wallets = new WalletHandlers(bus, tx);
        var topUps =
                new TopUpWalletHandler(
                        tx, time, batcher, Map.of(LabChannel.NAME, new LabChannel()));
        bus.serve(WalletOps.GET, wallets::wallet);
        bus.serve(WalletOps.ENTRIES, wallets::entries);
        bus.serve(WalletOps.COMMISSION, wallets::commission);
        bus.serve(WalletOps.BALANCES, wallets::balances);
        var served =
                List.of(
                        bus.serve(WalletOps.TOP_UP, topUps::handle).completion(),
                        post(batcher, LedgerApi.HOLD, Ask.SetAside::new),
                        post(batcher, LedgerApi.CAPTURE, Ask.Take::new),
                        post(batcher, LedgerApi.RELEASE, Ask.GiveBack::new),
                        post(batcher, LedgerApi.REFUND, Ask.Reverse::new),
                        post(batcher, LedgerApi.BAD_DEBT, Ask.WriteOff::new));
        return Future.all(served);
    }

    /** The reply's class is the one that {@link Ask#reply} names for this operation. */
    @SuppressWarnings("unchecked")
    private <Q, R> Future<Void> post(LedgerBatcher batcher, Op<Q, R> op, Function<Q, Ask> ask) {
        return bus.serveAsync(
                        op,
                        (call, request) ->
                                batcher.submit(Command.of(call.scope(), ask.apply(request)))
                                        .map(answer -> (R) answer))
                .completion();
    }
}
